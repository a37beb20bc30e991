"""What the buttons of the centre do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from lanka.core.clock import now
from lanka.customers.models import Customer, Topic
from lanka.customers.standing import Wish, choices
from lanka.decide.choose import How, reach_by, set_wish, start, stop, stop_all
from lanka.decide.offered import offered
from lanka.decide.take_back import take_back

SOURCE = "preference-centre"
Post = Mapping[str, str]


class NotPossible(ValueError):
    """In words for the person."""


@dataclass(frozen=True, slots=True)
class Done:
    """`at`: by which it can be undone; None when there is nothing to undo."""

    words: str
    at: datetime | None


def act(customer: Customer, post: Post, language: str) -> Done:
    """Raises NotPossible."""
    how = How(by=None, source=SOURCE, method="signed-link", language=language)
    verb = post.get("do", "")
    if verb == "undo":
        return undo(customer, post)
    if verb == "stop-all":
        return Done(_("Everything that can be stopped has been stopped."), how.at if stop_all(customer, how) else None)
    topic = Topic.objects.filter(key=post.get("topic", ""), retired_at=None).first()
    if verb == "set":
        return settle(customer, topic, post, how)
    if topic is None:
        raise NotPossible(_("This topic is no longer there."))
    verb, _colon, channel = verb.partition(":")  # the buttons of one list say their channel themselves
    return of_topic(customer, topic, verb, channel or post.get("channel", ""), how)


def undo(customer: Customer, post: Post) -> Done:
    try:
        back = take_back(customer, datetime.fromisoformat(post.get("at", "")), by=None, source=SOURCE)
    except (ValueError, TypeError) as error:
        raise NotPossible(_("That can no longer be undone.")) from error
    if back is None:
        raise NotPossible(_("That can no longer be undone."))
    return Done(_("Everything is as it was before."), back)


def of_topic(customer: Customer, topic: Topic, verb: str, channel: str, how: How) -> Done:
    name = {"topic": topic.name}
    if verb == "stop" and topic.stoppable:
        return Done(_("Stopped: %(topic)s") % name, how.at if stop(customer, topic, how) else None)
    if verb == "start" and topic.stoppable:
        start(customer, topic, how)
        return Done(_("Thank you: %(topic)s come to you from now on.") % name, how.at)
    known = [offer.kind for offer in offered(customer)]
    wanted = arranged(choices(customer).order(topic, known), verb, channel, customer)
    if not wanted and topic.stoppable:
        return Done(_("Stopped: %(topic)s") % name, how.at if stop(customer, topic, how) else None)
    if not wanted or not set(wanted) <= set(known):
        raise NotPossible(_("It must reach you somehow: leave one way at least."))
    reach_by(customer, topic, wanted, how)
    return Done(_("Saved: %(topic)s") % name, how.at)


def arranged(order: list[str], verb: str, channel: str, customer: Customer) -> list[str]:
    """The channels after the button. Raises NotPossible for a button that is not there."""
    at = order.index(channel) if channel in order else -1
    if verb == "add" and at < 0:
        return [*order, channel]
    if verb == "drop" and at >= 0:
        return [one for one in order if one != channel]
    if verb == "first" and channel:
        return [channel, *(one for one in order if one != channel)]
    if verb in ("up", "down") and at >= 0:
        to = max(0, min(len(order) - 1, at + (1 if verb == "down" else -1)))
        rest = [one for one in order if one != channel]
        return [*rest[:to], channel, *rest[to:]]
    if verb in ("paper", "electronic"):
        return [offer.kind for offer in offered(customer) if offer.paper == (verb == "paper")]
    raise NotPossible(_("That did not work. Reload the page and try again."))


def settle(customer: Customer, topic: Topic | None, post: Post, how: How) -> Done:
    """Language, how often, a pause: only what the form held."""
    before = choices(customer).own(topic)
    wish = replace(before, language=post.get("language", before.language), frequency=post.get("frequency", before.frequency))
    if "pause" in post:
        wish = replace(wish, pause_until=pause(post["pause"], post.get("until", ""), before))
    try:
        changed = set_wish(customer, topic, wish, how)
    except ValueError as error:
        raise NotPossible(_("That cannot be chosen here.")) from error
    words = _("Saved: %(topic)s") % {"topic": topic.name} if topic else _("Saved")
    return Done(words, how.at if changed else None)


def pause(chosen: str, until: str, before: Wish) -> datetime | None:
    """'' none · 'keep' as it is · days · 'date' with `until`."""
    if chosen == "keep":
        return before.pause_until
    if chosen == "date":
        try:
            day = parse_date(until)
        except ValueError:
            day = None
        if day is None:
            raise NotPossible(_("Choose a day until which nothing should come."))
        zone = timezone.get_current_timezone()
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    return now() + timedelta(days=int(chosen)) if chosen.isdigit() and 0 < int(chosen) < 732 else None
