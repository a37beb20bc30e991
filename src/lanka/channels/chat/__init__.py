"""Chat on the company's own pages: a widget, and the edge behind it, hosted by Lanka itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext_lazy as _

from lanka.channels.base import Capabilities, Channel, File, Forged, Item, LineView, Outbound, Raw, Refused, Sent, Step, Unreachable
from lanka.channels.chat import check, tokens
from lanka.channels.chat.posts import TEXT_LIMIT
from lanka.channels.chat.settings import Settings
from lanka.channels.chat.understand import items
from lanka.channels.models import Transcript
from lanka.channels.transcript import write
from lanka.core import clock, files
from lanka.core.models import Blob


class Chat(Channel):
    kind = "chat"
    name = _("Web chat")  # type: ignore[assignment]
    color = "oklch(62% 0.13 165)"
    Settings = Settings

    def can(self, line: LineView) -> Capabilities:
        return Capabilities(
            address="visitor",
            files=bool(line.settings.file_limit),
            file_limit=25 * 1024 * 1024,
            text_limit=TEXT_LIMIT,
            typing=True,
            receipts=("accepted", "delivered", "read"),
            follow_after=timedelta(minutes=line.settings.offline_minutes),
            must_be_online=True,  # `send` takes it all the same: they see it when they come back
            first_contact=False,
            repeat_safe=True,
        )

    def receive(self, line: LineView, raw: Raw) -> Iterable[Item]:
        return list(items(line, raw))

    def send(self, line: LineView, out: Outbound) -> Sent:
        """Into the visitor's transcript; open streams hear of it at commit. The same id again is the same row."""
        if not tokens.is_visitor(out.to):
            raise Unreachable(f"“{out.to}” is not a visitor of this chat")
        kept = [
            {"sha256": files.keep(f.data, f.content_type), "name": f.name, "content_type": f.content_type, "size": len(f.data)}
            for f in out.files
        ]
        body = {"type": "message", "text": out.text, "name": out.sender.name, "files": kept, "language": out.language}
        write(line.id, out.to, key=out.id, outgoing=True, body=body)
        return Sent(ref=out.id)

    def fetch(self, line: LineView, file: File) -> File:
        """What a visitor sent lies here already, under its sha256."""
        try:
            return replace(file, data=files.read(file.ref), ref="")
        except Blob.DoesNotExist as error:
            raise Refused(f"{file.name} is no longer kept") from error

    def serve(self) -> Any:
        from lanka.channels.chat.edge import app

        return app()

    def verify(self, line: LineView, raw: Raw) -> None:
        """Nothing of a chat comes by webhook: its own edge checks the visitor and writes the raw item. Its line token is public."""
        raise Forged("a chat has no webhook")

    def answer(self, line: LineView, raw: Raw) -> tuple[int, bytes, str]:
        return 403, b"", "text/plain"

    def check(self, line: LineView) -> Iterator[Step]:
        yield from check.steps(line)

    def way_back(self, line: LineView, address: str, page: str = "") -> str:
        page = page or last_page(line.id, address)
        if not is_ours(line, page):
            return ""
        base, _, anchor = page.partition("#")
        query = urlencode({"lanka": tokens.link_token(line.token, address, clock.now())})
        return f"{base}{'&' if '?' in base else '?'}{query}{'#' + anchor if anchor else ''}"

    def visitor(self, line: LineView, token: str) -> str:
        return tokens.visitor_of(line.token, token)

    def proof_code(self, line: LineView, address: str, claimed: str, at: datetime) -> str:
        return tokens.proof_code(line.token, address, claimed, at)


def is_ours(line: LineView, page: str) -> bool:
    """Only pages of sites that the company named: the visitor's browser says where it is, and the link goes out in our name."""
    url = urlsplit(page)
    return f"{url.scheme}://{url.netloc}" in [line.public_url, *line.settings.origins.split()]


def last_page(line_id: int, visitor: str) -> str:
    """Where they wrote from last."""
    mine = Transcript.objects.filter(line_id=line_id, address=visitor, outgoing=False).order_by("-id")
    return str(mine.values_list("body__page", flat=True).first() or "")
