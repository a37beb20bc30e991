"""Letters gathered for a cut-off: sorted, merged into one PDF, with a manifest by which each is found again.

Light and inland first, as post offices like them: by sheets, country, postcode. With both sides printed each letter begins on a new sheet.
Merging loses the mark of PDF/A: the letters by themselves can be made again at any time, the merged file is for the printer.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf

from lanka import config
from lanka.channels.base import Gathered, LineView, Placed, Refused
from lanka.channels.letter.piece import Piece
from lanka.channels.letter.settings import Settings

COLUMNS = ("place", "piece", "id", "first_page", "pages", "sheets", "country", "postcode", "sha256")


def last_cut_off(settings: Settings, before: datetime) -> datetime | None:
    """The last one at or before this moment, on a working day where this Lanka lives; None: letters leave one by one."""
    times = sorted(time.fromisoformat(one.strip()) for one in settings.cut_off.split(",") if one.strip())
    here = before.astimezone(ZoneInfo(config.TIME_ZONE))
    for days in range(8 if times else 0):
        day = here.date() - timedelta(days=days)
        for one in reversed(times):
            cut = datetime.combine(day, one, tzinfo=here.tzinfo)
            if day.weekday() < 5 and cut <= here:
                return cut
    return None


def enclosed(piece: bytes, enclosures: Sequence[bytes]) -> bytes:
    """The letter with what is enclosed behind it. Raises Refused for what is no PDF."""
    with pikepdf.open(io.BytesIO(piece)) as whole:
        for one in enclosures:
            try:
                with pikepdf.open(io.BytesIO(one)) as more:
                    whole.pages.extend(more.pages)
            except pikepdf.PdfError as error:
                raise Refused(f"an enclosure cannot be printed: {error}") from error
        out = io.BytesIO()
        whole.save(out, deterministic_id=True)
    return out.getvalue()


def gathered(line: LineView, name: str, pieces: Sequence[Piece], at: datetime) -> Gathered:
    """`name`: of the files, unique for ever."""
    ordered = sorted(pieces, key=lambda one: (one.sheets, one.country != line.country, one.country, one.postcode, one.number))
    rows, made, pages = list[dict[str, Any]](), pikepdf.new(), 0
    for place, piece in enumerate(ordered, 1):
        rows.append(row(place, piece, pages + 1))
        with pikepdf.open(io.BytesIO(piece.pdf)) as one:
            made.pages.extend(one.pages)
        if piece.duplex and piece.pages % 2:
            made.add_blank_page(page_size=(595.276, 841.89))
        pages = len(made.pages)
    out = io.BytesIO()
    made.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    made.close()
    placed = tuple(
        Placed(p.id, r["place"], p.number, r["first_page"], p.pages, p.sheets, p.country, p.sha256)
        for p, r in zip(ordered, rows, strict=True)
    )
    return Gathered(out.getvalue(), manifest(line, name, rows, pages, at), table(rows), placed, pages)


def row(place: int, piece: Piece, first_page: int) -> dict[str, Any]:
    told = (place, piece.number, piece.id, first_page, piece.pages, piece.sheets, piece.country, piece.postcode, piece.sha256)
    return dict(zip(COLUMNS, told, strict=True))


def manifest(line: LineView, name: str, rows: Sequence[dict[str, Any]], pages: int, at: datetime) -> bytes:
    settings: Settings = line.settings
    told = {
        "version": 2,
        "batch": name,
        "file": f"{name}.pdf",
        "made_at": at.isoformat(timespec="seconds"),
        "pieces": len(rows),
        "pages": pages,
        "sheets": sum(one["sheets"] for one in rows),
        "envelope": settings.envelope,
        "colour": settings.colour,
        "duplex": settings.duplex,
        "letters": list(rows),
    }
    return json.dumps(told, indent=1, ensure_ascii=False).encode()


def table(rows: Sequence[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def some(pdf: bytes, manifest: bytes, name: str, places: range, at: datetime) -> tuple[bytes, bytes, bytes]:
    """For a reprint: the pages of these places, their manifest and table, under another name."""
    told = json.loads(manifest)
    kept = [one for one in told["letters"] if one["place"] in places]
    made, rows = pikepdf.new(), list[dict[str, Any]]()
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        for one in kept:
            first = one["first_page"] - 1
            rows.append({**one, "first_page": len(made.pages) + 1})
            length = one["pages"] + (one["pages"] % 2 if told["duplex"] else 0)
            made.pages.extend(whole.pages[first : first + length])
        out = io.BytesIO()
        made.save(out)
    counts = {"pieces": len(rows), "pages": len(made.pages), "sheets": sum(one["sheets"] for one in rows), "letters": rows}
    told |= {"batch": name, "file": f"{name}.pdf", "made_at": at.isoformat(timespec="seconds"), "reprint_of": told["batch"], **counts}
    return out.getvalue(), json.dumps(told, indent=1, ensure_ascii=False).encode(), table(rows)
