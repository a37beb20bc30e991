"""Parts → files: a name that is safe to show and to save, a type that is true, a limit that is told."""

from __future__ import annotations

import mimetypes
import re
from urllib.parse import unquote

from lanka.channels.email import mime
from lanka.channels.email.body import Body
from lanka.channels.email.mime import Part
from lanka.channels.email.sniff import sniffed
from lanka.channels.email.tnef import is_tnef, unpacked
from lanka.channels.email.words import one_line, words
from lanka.channels.items import File

MAX_FILES = 500
VAGUE = "application/octet-stream"
CID = re.compile(r"cid:([^\"'\s>)]{1,300})", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f]')
EXTENSIONS = {
    "image/jpeg": ".jpg", "text/plain": ".txt", "text/html": ".html", "message/rfc822": ".eml", "text/calendar": ".ics",
    "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "message/feedback-report": ".txt", "audio/mpeg": ".mp3",
    "message/disposition-notification": ".txt", "message/global": ".eml", "message/global-delivery-status": ".txt",
    "application/pgp-signature": ".asc", "application/pkcs7-signature": ".p7s", "application/octet-stream": ".bin",
}  # fmt: skip


def files(body: Body, html: str, limit: int, refused: list[str]) -> list[File]:
    """All attachments. What is over `limit` bytes is left in the original and told in `refused`."""
    shown = {unquote(cid) for cid in CID.findall(html)}
    found: list[File] = []
    for part in body.files:
        if len(found) >= MAX_FILES:
            refused.append(f"It has more than {MAX_FILES} files; the rest is only in the original.")
            break
        for file in _files(part, shown):
            if len(file.data) > limit:
                refused.append(
                    f"“{file.name}” is {megabytes(len(file.data))}, more than the {megabytes(limit)} allowed; it is only in the original."
                )
            else:
                found.append(file)
    found += [File(file_name(name) or "file", sniffed(data, VAGUE, name), data) for name, data in body.uuencoded if len(data) <= limit]
    return numbered(found)


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"


def _files(part: Part, shown: set[str]) -> list[File]:
    data = part.data
    if is_tnef(part.type, part.name, data) and (inner := unpacked(data)) and inner.files:
        return [File(file_name(name) or "file", sniffed(content, VAGUE, name), content) for name, content in inner.files]
    kind = sniffed(data, part.type, part.name)
    return [File(name_of(part, kind), kind, data, part.content_id if part.content_id in shown else "")]


def name_of(part: Part, kind: str) -> str:
    name = file_name(part.name)
    extension = EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ""
    if not name and kind in ("message/rfc822", "message/global"):
        inner, _ = mime.headers(part.data, 0, min(len(part.body), 200_000))
        name = file_name(words(inner.get("subject")))
        name = name and name + ".eml"
    if not name:
        name = file_name(words(part.headers.get("content-description"))) or file_name(
            part.headers.text("content-location").rpartition("/")[2]
        )
    if not name:
        name = "picture" if kind.startswith("image/") else "file"
    return name if "." in name[-6:] else name + extension


def file_name(name: str) -> str:
    """Only the last piece of a path, no signs that a file system or a header takes for something else, at most 150 characters."""
    name = FORBIDDEN.sub("_", one_line(name).replace("\\", "/").rstrip("/").rpartition("/")[2]).strip(" .")
    if len(name) > 150:
        stem, dot, extension = name.rpartition(".")
        name = f"{stem[: 149 - len(extension)]}.{extension}" if dot and len(extension) < 12 else name[:150]
    return name


def numbered(found: list[File]) -> list[File]:
    """Two files of one name get numbers, so that saving one does not lose the other."""
    seen: dict[str, int] = {}
    out = []
    for file in found:
        count = seen[file.name] = seen.get(file.name, 0) + 1
        stem, dot, extension = file.name.rpartition(".")
        name = file.name if count == 1 else f"{stem} ({count}).{extension}" if dot else f"{file.name} ({count})"
        out.append(File(name, file.content_type, file.data, file.inline_id))
    return out
