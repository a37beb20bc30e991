"""A verdict in words: one sentence why, and the steps that led there. In the language of the reader; the dates are theirs too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_time, get_datetime_format
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from lanka.channels.models import Line
from lanka.channels.registry import all_channels
from lanka.customers.models import Topic
from lanka.decide.models import Message, Outcome, Verdict
from lanka.decide.reasons import Reason


@dataclass(frozen=True, slots=True)
class Explained:
    """`why`: one sentence. `steps`: what else was seen, in the order of the decision."""

    verdict: Verdict
    why: str
    steps: list[str]


def channel_name(kind: str) -> str:
    found = all_channels().get(kind)
    return str(found.name) if found else kind


def when_words(at: datetime | str | None) -> str:
    """'20.11.2026 klo 11.00', on the reader's clock."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    if moment is None:
        return ""
    local = timezone.localtime(moment).replace(tzinfo=None)
    both = str(get_datetime_format("medium", locale=locale()))
    return both.format(format_time(local, "short", locale=locale()), format_date(local, "medium", locale=locale())).replace("'", "")


def day_words(day: str) -> str:
    return format_date(date.fromisoformat(day), "long", locale=locale())


def locale() -> str:
    """Of dates: the desk's English counts hours to 24."""
    language = (get_language() or "en").replace("-", "_")
    return "en_GB" if language == "en" else language


def explain(verdict: Verdict) -> Explained:
    """Of a saved verdict, or of one that is only supposed."""
    return explain_all([verdict])[0]


def explain_all(verdicts: Iterable[Verdict]) -> list[Explained]:
    """Many at once: the names of messages and lines are read together."""
    listed = list(verdicts)
    kinds = dict(Line.objects.filter(pk__in={v.line_id for v in listed if v.line_id}).values_list("pk", "kind"))
    names = dict(Message.objects.filter(pk__in={pk for v in listed for pk in others_of(v)}).values_list("pk", "name"))
    return [Explained(v, *Saying(v, kinds.get(v.line_id or 0, ""), names).all()) for v in listed]


def others_of(verdict: Verdict) -> list[int]:
    """Messages that its reasons speak of."""
    told = verdict.because
    return [pk for pk in (told.get("message"), *(cap.get("message") for cap in told.get("caps", []))) if pk]


class Saying:
    """The sentences of one verdict."""

    def __init__(self, verdict: Verdict, kind: str, names: dict[int, str]) -> None:
        self.verdict, self.because, self.names, self.kind = verdict, verdict.because, names, kind
        self.topic: Topic = verdict.message.topic
        until = self.because.get("until")
        self.values = {
            "channel": channel_name(kind),
            "topic": self.topic.name,
            "other": names.get(self.because.get("message", 0), "?"),
            "at": when_words(self.because.get("at")),
            "until": when_words(until or verdict.send_at),
            "why": self.because.get("why", ""),
            "channels": listed_channels(self.because.get("wanted", [])),
        }

    def all(self) -> tuple[str, list[str]]:
        return self.why(), [*self.failed(), *self.passed(), *self.late(), *self.caps(), *self.time()]

    def why(self) -> str:
        return SENTENCES[Reason(self.verdict.reason)]() % self.values

    def passed(self) -> list[str]:
        """Channels that would have come first."""
        told, wanted = self.because.get("passed", {}), self.because.get("wanted", [])
        before = wanted[: wanted.index(self.kind)] if self.kind in wanted else wanted
        return [PASSED[told[kind]]() % {"channel": channel_name(kind)} for kind in before if kind in told]

    def failed(self) -> list[str]:
        words = _("%(channel)s was tried first and failed (%(why)s) on %(at)s.")
        return [
            words % {"channel": channel_name(one["kind"]), "why": befell(one["why"]), "at": when_words(one["at"])}
            for one in self.because.get("failed", [])
        ]

    def late(self) -> list[str]:
        """What the hour waited for."""
        found, told = [], self.because
        if told.get("pace"):
            found.append(_("They want %(topic)s once a week.") if told["pace"] == "weekly" else _("They want %(topic)s once a day."))
        if told.get("hour"):
            found.append(_("It is to arrive at %(hour)s where they live (%(zone)s)."))
        if told.get("holiday"):
            found.append(_("%(day)s is a public holiday where they live: it waits until the next day."))
        if told.get("quiet"):
            found.append(_("From %(begins)s to %(ends)s it is quiet where they live (%(zone)s): it waits until then."))
        begins, ends = told.get("quiet", ["", ""])
        values = {"begins": begins, "ends": ends, "hour": told.get("hour", ""), "zone": told.get("zone", "")}
        day = day_words(told["holiday"]) if told.get("holiday") else ""
        return [words % {**self.values, **values, "day": day} for words in found]

    def caps(self) -> list[str]:
        found = []
        for cap in self.because.get("caps", []):
            days = int(cap["days"])
            words = ngettext("%(n)s within a day; at most %(most)s.", "%(n)s within %(days)s days; at most %(most)s.", days)
            found.append(words % {"n": cap["n"], "most": cap["most"], "days": days})
            if other := self.names.get(cap.get("message", 0)):
                found.append(_("Among them “%(other)s”, which is planned and weighs as much or more.") % {"other": other})
        return found

    def time(self) -> list[str]:
        at = when_words(self.verdict.send_at)
        if self.verdict.outcome == Outcome.SEND:
            return [_("Time: %(at)s.") % {"at": at}, *self.ladder()]
        return [_("Asked again: %(at)s.") % {"at": at}] if self.verdict.outcome == Outcome.HOLD else []

    def ladder(self) -> list[str]:
        if not self.verdict.ladder:
            return []
        words = _("If that fails, the next way is: %(channels)s.")
        hours = self.topic.fallback_hours
        if hours:
            words = ngettext(
                "If that fails or nothing is heard for %(hours)s hour, the next way is: %(channels)s.",
                "If that fails or nothing is heard for %(hours)s hours, the next way is: %(channels)s.",
                hours,
            )
        return [words % {"channels": listed_channels(self.verdict.ladder), "hours": hours}]


def listed_channels(kinds: Iterable[str]) -> str:
    return ", ".join(channel_name(kind) for kind in kinds)


def befell(why: str) -> str:
    known = {
        "bounced": pgettext("what befell a message", "it bounced"),
        "returned": pgettext("what befell a message", "it came back"),
        "silent": pgettext("what befell a message", "nothing was heard"),
        "failed": pgettext("what befell a message", "it could not be delivered"),
    }
    return known.get(why, why)


PASSED: dict[str, Callable[[], str]] = {
    "address": lambda: _("%(channel)s: no address is known."),
    "words": lambda: _("%(channel)s: they have not agreed to it, or said no."),
    "blocked": lambda: _("%(channel)s: the address is blocked."),
    "cap": lambda: _("%(channel)s: they have had enough there for now."),
}
SENTENCES: dict[Reason, Callable[[], str]] = {
    Reason.CHOSEN: lambda: _("By %(channel)s, which they chose for %(topic)s."),
    Reason.CHOSEN_FOR_ALL: lambda: _("By %(channel)s, which they chose for everything."),
    Reason.TAKES_NOTICE: lambda: _("By %(channel)s: they chose nothing, and there they take notice."),
    Reason.USUAL: lambda: _("By %(channel)s: they chose nothing, and it is the first open channel of %(topic)s."),
    Reason.NEXT_WAY: lambda: _("By %(channel)s, as the way before failed."),
    Reason.PAUSED: lambda: _("They asked for a pause until %(until)s."),
    Reason.CAP: lambda: _("They have had enough messages for now. There is room again on %(until)s."),
    Reason.OUTRANKED: lambda: _("Something weightier is planned for them. There is room again on %(until)s."),
    Reason.CHANNEL_CAP: lambda: _("They have had enough for now on every channel that is open. There is room again on %(until)s."),
    Reason.DISPLACED: lambda: _("“%(other)s” weighs more and took its place. Another hour is looked for."),
    Reason.WITHDRAWN: lambda: _("The message was withdrawn."),
    Reason.ERASED: lambda: _("They asked to be forgotten."),
    Reason.DECEASED: lambda: _("They have died."),
    Reason.NO_ADDRESS: lambda: _("No address is known on any of its channels."),
    Reason.NEVER_ASKED: lambda: _("%(topic)s needs their consent, and they never gave it."),
    Reason.SAID_NO: lambda: _("They said no to %(topic)s on %(at)s."),
    Reason.YES_ELSEWHERE: lambda: _("They agreed to %(topic)s only on a channel where no address is known."),
    Reason.BLOCKED: lambda: _("Every address is blocked: %(why)s."),
    Reason.NOT_THEIR_CHANNEL: lambda: _("They want it by %(channels)s, and none of that is open."),
    Reason.DOUBLE: lambda: _("They get the same already: “%(other)s”, %(at)s."),
    Reason.TOO_LATE: lambda: _("The first decent hour, %(at)s, is too late for it."),
    Reason.NO_LINE: lambda: _("No line of ours is in use on its channels."),
    Reason.USED_UP: lambda: _("Every way has failed."),
    Reason.NOT_MEANT: lambda: _("They had left the audience when it started."),
}
