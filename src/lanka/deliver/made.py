"""A delivery as its channel takes it: as an agent's composer left it, or made here of a version's words and the person's values."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from typing import Any

from lanka.channels.base import Capabilities, File, Outbound, Refused, Sender
from lanka.channels.models import Line
from lanka.channels.registry import channel, view
from lanka.content.compose import brand_of, tokens
from lanka.content.liquid import BadLiquid, Missing
from lanka.content.models import Version
from lanka.content.prepare import Composed, Links, Prepared, prepare
from lanka.core import files
from lanka.customers.models import Basis, Customer
from lanka.decide import links
from lanka.decide.models import Message
from lanka.deliver import track
from lanka.deliver.claim import Claimed
from lanka.deliver.values import Values, merged

KNOWN = {field.name for field in dataclasses.fields(Outbound)}
FREE = (Basis.CONSENT, Basis.INTEREST)  # may be stopped with one click


@lru_cache(256)
def prepared(version: int, language: str, can: Capabilities, brand: tuple[tuple[str, str], ...]) -> Prepared:
    """A version never changes, so this stays good for as long as it is kept."""
    return prepare(Version.objects.values_list("texts", flat=True).get(pk=version), language, can, dict(brand))


class Maker:
    """For one batch of one line: what is the same for all of it is looked up once."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.tokens = tokens(brand_of(line.brand_id))
        self.view = view(line, self.tokens)
        self.can = channel(line.kind).can(self.view)
        self.campaigns: dict[int, Campaign] = {}

    def outbound(self, row: Claimed) -> Outbound:
        """Raises Refused when the words lack something of this person."""
        if row.out or row.message is None:
            return kept(row.out, str(row.public_id), row.attempt)
        return self.campaign(row.message).outbound(row)

    def campaign(self, message_id: int) -> Campaign:
        if message_id not in self.campaigns:
            self.campaigns[message_id] = Campaign(self, Message.objects.select_related("topic").get(pk=message_id))
        return self.campaigns[message_id]


class Campaign:
    """One message on one line, for as many people as there are."""

    def __init__(self, maker: Maker, message: Message) -> None:
        self.message, self.topic, self.maker = message, message.topic, maker
        self.tokens = tokens(brand_of(message.brand_id)) if message.brand_id else maker.tokens
        self.brand = tuple(sorted(self.tokens.items()))
        self.sender = Sender(brand=self.tokens.get("sender") or self.tokens["name"], tokens=self.tokens)
        self.free = self.topic.basis in FREE
        self.follower = track.Follower(message)

    def words(self, language: str) -> Prepared:
        if self.message.version_id is None:
            raise Refused("this message has no words")
        return prepared(self.message.version_id, language, self.maker.can, self.brand)

    def title(self, language: str, values: Values) -> str:
        words = self.words(language)
        return words.subject(words.filling(merged(self.message.values, values), Links(), show_missing=True)).strip()

    def composed(self, row: Claimed) -> Composed:
        try:
            return self.words(row.language).fill(merged(self.message.values, row.values), self.links(row))
        except (Missing, BadLiquid) as error:
            raise Refused(str(error)) from error

    def outbound(self, row: Claimed) -> Outbound:
        made = self.composed(row)
        return Outbound(
            id=str(row.public_id),
            to=row.address,
            text=made.text,
            sender=self.sender,
            html=made.html,
            subject=made.subject,
            to_name=row.name,
            files=tuple(File(f["name"], f["content_type"], read(f["sha256"]), f.get("inline_id", "")) for f in made.files),
            language=row.language,
            attempt=row.attempt,
            headers=self.headers(row),
            data=made.data,
        )

    def links(self, row: Claimed) -> Links:
        who = Customer(public_id=row.person)
        followed = self.topic.tracked and row.values.get("tracked") is not False
        return Links(
            unsubscribe=self.unsubscribe(row) if self.free else "",
            preferences=links.preference_url(who, self.topic),
            track=self.follower.of(row.id) if followed else None,
        )

    def unsubscribe(self, row: Claimed) -> str:
        return links.unsubscribe_url(Customer(public_id=row.person), self.topic, self.maker.line.kind, row.address)

    def headers(self, row: Claimed) -> dict[str, str]:
        """One click stops it (RFC 8058); no machine answers; the large mailboxes tell complaints by `Feedback-ID`."""
        found = {"Precedence": "bulk", "Feedback-ID": f"{self.message.pk}:{self.topic.key}:lanka"}
        if self.free:
            found |= {"List-Unsubscribe": f"<{self.unsubscribe(row)}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        return found


@lru_cache(64)
def read(sha256: str) -> bytes:
    return files.read(sha256)


def kept(out: dict[str, Any], id: str, attempt: int) -> Outbound:
    """As the composer left it."""
    rest: dict[str, Any] = {name: value for name, value in out.items() if name in KNOWN}
    attached = tuple(File(f["name"], f["content_type"], files.read(f["sha256"]), f.get("inline_id", "")) for f in out.get("files", []))
    rest |= {"id": id, "sender": Sender(**out["sender"]), "files": attached, "attempt": attempt}
    if "replies_to" in rest:
        rest["replies_to"] = tuple(rest["replies_to"])
    return Outbound(**rest)
