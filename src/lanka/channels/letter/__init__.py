"""Letters on paper: typeset here, printed and posted by a print house or the office printer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext_noop as _

from lanka.channels.base import (
    Capabilities,
    Channel,
    File,
    Gathered,
    Inbox,
    Item,
    LineView,
    Measure,
    Outbound,
    Raw,
    Refused,
    Sender,
    Sent,
    Step,
    Unreachable,
)
from lanka.channels.letter import acks, address, batch, check, preflight, raster, render
from lanka.channels.letter.envelopes import envelope
from lanka.channels.letter.handover import file_drop, handover
from lanka.channels.letter.mark import piece_number
from lanka.channels.letter.piece import Piece
from lanka.channels.letter.poll import poll
from lanka.channels.letter.settings import Settings
from lanka.core import clock


class Letter(Channel):
    kind = "letter"
    name = _("Letter")
    color = "oklch(56% 0.09 45)"
    Settings = Settings

    def can(self, line: LineView) -> Capabilities:
        settings: Settings = line.settings
        return Capabilities(
            address="postal",
            listens=False,
            subject=True,
            receipts=("printed", "posted", "returned"),
            paper=True,
            previews=True,
            repeat_safe=settings.mode != "printer",
            cost=settings.price,
            currency=settings.currency,
        )

    def send(self, line: LineView, out: Outbound) -> Sent:
        """One PDF, looked at before it leaves. The piece's number comes from `out.id`: the same message twice is one letter."""
        piece, sent = self.made(line, out)
        handover(line.settings).put(piece)
        return sent

    def made(self, line: LineView, out: Outbound) -> tuple[Piece, Sent]:
        piece, settings = self.piece(line, out), line.settings
        cost = settings.price + settings.sheet_price * (piece.sheets - 1)
        return piece, Sent(ref=piece.number, parts=piece.sheets, cost=cost, currency=settings.currency)

    def cut_off(self, line: LineView, before: datetime) -> datetime | None:
        return batch.last_cut_off(line.settings, before) if line.settings.mode != "printer" else None

    def gather(self, line: LineView, name: str, pieces: Sequence[Piece], at: datetime) -> Gathered:
        return batch.gathered(line, name, pieces, at)

    def hand_over(self, line: LineView, name: str, pdf: bytes, manifest: bytes, table: bytes) -> None:
        file_drop(line.settings).put_batch(name, pdf, manifest, table)

    def again(self, pdf: bytes, manifest: bytes, name: str, places: range, at: datetime) -> tuple[bytes, bytes, bytes]:
        return batch.some(pdf, manifest, name, places, at)

    def piece(self, line: LineView, out: Outbound) -> Piece:
        """Raises Unreachable (no full address), Refused (does not fit the window or the envelope, cannot be printed)."""
        settings: Settings = line.settings
        who = addressee(line, out)
        if who.missing:
            raise Unreachable(f"the address lacks: {', '.join(who.missing)}")
        at = clock.now().replace(microsecond=0)
        page = page_of(line, out, who, at)
        pdf = render.pdf(out, page)
        preflight.inspect(pdf, page.envelope, page.address)
        if enclosures := [file.data for file in out.files if file.content_type == "application/pdf" and not file.inline_id]:
            pdf = batch.enclosed(pdf, enclosures)
        pages = raster.page_count(pdf)
        sheets = sheets_of(pages, duplex=settings.duplex)
        if sheets > page.envelope.sheets:
            raise Refused(f"{sheets} sheets are too many for the envelope {page.envelope.name}: it takes {page.envelope.sheets}")
        where = (who.country, who.postcode, page.envelope.id)
        return Piece(out.id, piece_number(out.id), pdf, pages, sheets, *where, settings.colour, settings.duplex, at)

    def measure(self, line: LineView, text: str) -> Measure:
        """In sheets, by typesetting it. A letter has no end, so nothing is left."""
        out = Outbound(id="", to="", text=text, sender=Sender(line.brand.get("name", "")))
        pages = raster.page_count(render.pdf(out, page_of(line, out, address.Address(name="-"), clock.now())))
        return Measure(parts=sheets_of(pages, duplex=line.settings.duplex), left=0, note=f"{pages} p.")

    def preview(self, line: LineView, out: Outbound) -> File:
        """The PDF as it would be printed. `out.data["preview"]`: 'page' for a PNG of the first page, 'pages' for all of them one below the
        other, 'envelope' for the closed envelope."""
        page = page_of(line, out, addressee(line, out), clock.now().replace(microsecond=0))
        pdf = render.pdf(out, page)
        match out.data.get("preview"):
            case "page":
                return File("letter.png", "image/png", raster.png(pdf))
            case "pages":
                return File("letter.png", "image/png", raster.png_bytes(raster.stacked(pdf)))
            case "envelope":
                return File("envelope.png", "image/png", raster.png_bytes(raster.in_envelope(pdf, page.envelope)))
        return File("letter.pdf", "application/pdf", pdf)

    def receive(self, line: LineView, raw: Raw) -> Iterable[Item]:
        return acks.receipts(raw)

    def verify(self, line: LineView, raw: Raw) -> None:
        acks.verify(line.settings.webhook_secret.get_secret_value(), raw)

    def answer(self, line: LineView, raw: Raw) -> tuple[int, bytes, str]:
        return 200, b'{"ok": true}', "application/json"

    async def poll(self, line: LineView, inbox: Inbox) -> None:
        await poll(line, inbox)

    def check(self, line: LineView) -> Iterator[Step]:
        yield from check.steps(line, lambda out: self.piece(line, out))
        yield from handover(line.settings).steps()


def addressee(line: LineView, out: Outbound) -> address.Address:
    given = out.data.get("address")
    country = str(out.data.get("country") or line.country)
    return address.read(out.to, given if isinstance(given, dict) else None, country=country, name=out.to_name)


def page_of(line: LineView, out: Outbound, who: address.Address, at: datetime) -> render.Page:
    back = tuple(part for part in (address.line(one) for one in line.settings.return_address.splitlines()) if part)
    own = () if out.sender.tokens.get("return_address") else back
    kind = envelope(line.settings.envelope)
    return render.Page(kind, tuple(address.lines(who, sender_country=line.country, most=kind.lines)), at, own)


def sheets_of(pages: int, *, duplex: bool) -> int:
    return math.ceil(pages / 2) if duplex else pages
