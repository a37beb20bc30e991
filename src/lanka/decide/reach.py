"""The ways to reach a person now: one for each line and address, the best chosen, the closed ones with the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from lanka.channels.base import Capabilities
from lanka.channels.models import Line
from lanka.channels.presence import online
from lanka.channels.registry import all_channels, view
from lanka.core.clock import now
from lanka.customers.models import Alias, Claim, Customer, Fact, Identifier, Kind
from lanka.decide.suppress import suppressed
from lanka.timeline.models import Event

FOLLOWS_TO = Kind.EMAIL.name.lower()
HIDDEN = {"visitor", "account"}  # addresses that only a first message brings: not worth a line on the screen


@dataclass(frozen=True, slots=True)
class Way:
    """One line and one address. `why` says in words why it is closed; `because` why it is the best."""

    line_id: int
    channel: str
    line_name: str
    address: str
    can: Capabilities
    ok: bool = True
    why: str = ""
    best: bool = False
    because: str = ""
    last_in: Any = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        """How a form names it."""
        return f"{self.line_id}:{self.address}"


@dataclass(frozen=True, slots=True)
class Somebody:
    """What is needed of a person to reach them: read once, used for every line."""

    bases: list[int]
    addresses: dict[str, list[str]]
    postal: dict[str, Any]
    suppressed: dict[tuple[str, str], str]
    last_in: dict[tuple[int, str], Any]
    told: dict[str, list[str]]  # addresses they typed and nobody has proven


def bases_of(customer_id: int) -> list[int]:
    root = Alias.objects.filter(customer_id=customer_id).values_list("root_id", flat=True).first() or customer_id
    return [root, *Alias.objects.filter(root_id=root).exclude(customer_id=root).values_list("customer_id", flat=True)]


def look_up(customer: Customer) -> Somebody:
    bases = bases_of(customer.pk)
    addresses: dict[str, list[str]] = {}
    for kind, value in Identifier.objects.filter(customer__in=bases).order_by("-id").values_list("kind", "value"):
        addresses.setdefault(Kind(kind).name.lower(), []).append(value)
    postal = Fact.objects.filter(customer__in=bases, kind="address").order_by("-at").values_list("value", flat=True).first()
    shut = suppressed((kind, value) for kind, group in addresses.items() for value in group)
    seen = (
        Event.objects.filter(customer__in=bases, kind="message.in", line_id__isnull=False)
        .values_list("line_id", "data__address")
        .annotate(last=Max("at"))
        .order_by()
    )
    last_in = {(line, str(address or "")): at for line, address, at in seen}
    told: dict[str, list[str]] = {}
    for kind, value in Claim.objects.filter(customer__in=bases).order_by("-id").values_list("kind", "value"):
        told.setdefault(Kind(kind).name.lower(), []).append(value)
    return Somebody(bases, addresses, postal if isinstance(postal, dict) else {}, shut, last_in, told)


def postal_lines(postal: dict[str, Any], name: str) -> str:
    town = " ".join(part for part in (postal.get("postcode"), postal.get("town")) if part)
    lines = [postal.get("name") or name, postal.get("co"), postal.get("street"), town, postal.get("country")]
    return "\n".join(str(line) for line in lines if line)


def addresses_for(can: Capabilities, kind: str, who: Somebody, customer: Customer) -> Iterable[str]:
    if can.paper:
        lines = postal_lines(who.postal, customer.name)
        return [lines] if who.postal.get("street") else []
    values = who.addresses.get(can.address, [])
    return [v for v in values if can.address != "account" or v.startswith(f"{kind}:")]


def closed(can: Capabilities, line: Line, address: str, who: Somebody) -> str:
    """Why this way is shut, empty when it is open."""
    if why := who.suppressed.get((can.address, address)):
        return _("blocked: %(why)s") % {"why": why}
    last = who.last_in.get((line.pk, address))
    if can.must_be_online and not online(line.pk, address) and not follows(can, who):
        return _("not online now")
    if not can.first_contact and last is None:
        return _("must have written there first")
    if can.reply_window and (last is None or now() - last > can.reply_window):
        hours = int(can.reply_window / timedelta(hours=1))
        return _("answers are allowed for %(hours)s hours after their last message") % {"hours": hours}
    return ""


def follows(can: Capabilities, who: Somebody) -> bool:
    """What is written there now waits for them, and follows to the only address they gave: typed, not yet proven."""
    return bool(can.follow_after and who.told.get(FOLLOWS_TO) and not who.addresses.get(FOLLOWS_TO))


def beside(can: Capabilities, line: Line, address: str, who: Somebody) -> dict[str, Any]:
    """What the composer shows or needs with this way."""
    if can.paper:
        return {"address": who.postal}
    if can.must_be_online and not online(line.pk, address) and follows(can, who):
        return {"follows": who.told[FOLLOWS_TO][0]}
    return {}


def ways_on(line: Line, who: Somebody, customer: Customer) -> Iterable[Way]:
    channel = all_channels().get(line.kind)
    if channel is None:
        return
    can = channel.can(view(line))
    if not can.speaks:
        return
    found = False
    for address in addresses_for(can, line.kind, who, customer):
        found = True
        why = closed(can, line, address, who)
        yield Way(
            line.pk,
            line.kind,
            str(channel.name),
            address,
            can,
            ok=not why,
            why=why,
            last_in=who.last_in.get((line.pk, address)),
            data=beside(can, line, address, who),
        )
    if not found and can.address not in HIDDEN:
        why = _("no %(address)s known") % {"address": Kind[can.address.upper()].label}
        yield Way(line.pk, line.kind, str(channel.name), "", can, ok=False, why=why)


def choose(ways: list[Way]) -> list[Way]:
    """Marks the best: where they wrote last and can be answered; else the cheapest that is open."""
    opened = [way for way in ways if way.ok]
    if not opened:
        return ways
    answered = [way for way in opened if way.last_in]
    if answered:
        best = max(answered, key=lambda way: way.last_in)
        latest = max((way.last_in for way in ways if way.last_in), default=None)
        because = _("they wrote there last") if best.last_in == latest else _("the last place they wrote that is open now")
        if gone := best.data.get("follows"):
            because = _("they have left; what you write follows to %(address)s") % {"address": gone}
    else:
        best = min(opened, key=lambda way: (way.can.paper, way.can.cost))
        because = _("the least costly way that is open")
    return [replace(way, best=True, because=because) if way is best else way for way in ways]


def reach(customer: Customer, conversation: object = None) -> list[Way]:
    """Open ways first, the best of them marked. Reads only."""
    who = look_up(customer)
    lines = Line.objects.filter(enabled=True).order_by("id")
    ways = [way for line in lines for way in ways_on(line, who, customer)]
    return sorted(choose(ways), key=lambda way: (not way.best, not way.ok))


def postal_of(customer: Customer) -> dict[str, Any]:
    """The newest postal address of this person, as the facts have it; empty when none is known."""
    found = Fact.objects.filter(customer__in=bases_of(customer.pk), kind="address").order_by("-at").values_list("value", flat=True).first()
    return found if isinstance(found, dict) else {}
