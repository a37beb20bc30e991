"""DMARC aggregate reports (RFC 7489, appendix C): XML, gzipped or zipped, attached to a mail from each large receiver once a day."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree

from lanka.channels.items import Advice, File, Seen

LARGEST = 20_000_000  # bytes of XML
MOST = 5000  # rows


def advice(files: Iterable[File]) -> Iterator[Advice]:
    """Of every attachment that is one; nothing for any other."""
    for file in files:
        xml = opened(file)
        if b"<feedback" in xml[:2000] and (found := read(xml)) is not None:
            yield found


def opened(file: File) -> bytes:
    """Never more than `LARGEST`, whatever the archive promises."""
    try:
        if file.data.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(file.data)) as inside:
                return inside.read(LARGEST)
        if file.data.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
                names = [name for name in archive.namelist() if name.lower().endswith(".xml")]
                if len(names) == 1:
                    with archive.open(names[0]) as inside:
                        return inside.read(LARGEST)
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, ValueError):
        return b""
    return file.data if file.data.lstrip()[:1] == b"<" else b""


def read(xml: bytes) -> Advice | None:
    """None: it only looks like one."""
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        return None
    try:
        tree = ElementTree.fromstring(xml)  # noqa: S314 without DOCTYPE there is nothing to expand
        for element in tree.iter():
            element.tag = element.tag.rpartition("}")[2]
        reporter, report = text(tree, "report_metadata/org_name"), text(tree, "report_metadata/report_id")
        domain = text(tree, "policy_published/domain").lower()
        begins, ends = (moment(text(tree, f"report_metadata/date_range/{name}")) for name in ("begin", "end"))
        rows = tuple(seen(record) for record in tree.findall("record")[:MOST])
    except (ElementTree.ParseError, ValueError, OverflowError, OSError):
        return None
    return Advice(f"dmarc:{reporter}:{report}"[:200], reporter[:120], domain[:253], begins, ends, rows) if reporter and domain else None


def text(tree: ElementTree.Element, path: str) -> str:
    return (tree.findtext(path) or "").strip().replace("\0", "")


def moment(value: str) -> datetime:
    return datetime.fromtimestamp(int(value), UTC)


def seen(record: ElementTree.Element) -> Seen:
    policy = "row/policy_evaluated"
    return Seen(
        address=text(record, "row/source_ip")[:60],
        count=min(max(int(text(record, "row/count") or 0), 0), 2_000_000_000),
        disposition=text(record, f"{policy}/disposition").lower()[:20],
        dkim=text(record, f"{policy}/dkim").lower() == "pass",
        spf=text(record, f"{policy}/spf").lower() == "pass",
    )
