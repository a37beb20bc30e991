"""Plain words for why somebody hears of a topic, and for what they once chose."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lanka.channels.registry import all_channels
from lanka.customers.models import Basis, Consent, Frequency, Preference, Topic


def channel_name(kind: str) -> str:
    channel = all_channels().get(kind)
    return str(channel.name) if channel else kind


def day(one: Consent | Preference) -> str:
    return date_format(localtime(one.at), "DATE_FORMAT")


def sources() -> dict[str, str]:
    return {
        "preference-centre": pgettext("where a choice was made", "on this page"),
        "agent": pgettext("where a choice was made", "told to our customer service"),
        "till": pgettext("where a choice was made", "in the shop"),
        "shop": pgettext("where a choice was made", "in the shop"),
        "web-shop": pgettext("where a choice was made", "in the web shop"),
        "confirmed": pgettext("where a choice was made", "confirmed from a message"),
        "unsubscribe": pgettext("where a choice was made", "by the link in a message"),
        "import": pgettext("where a choice was made", "brought over from an earlier register"),
    }


def where(source: str) -> str:
    return sources().get(source) or channel_name(source)


def basis_words(topic: Topic) -> str:
    words = {
        Basis.LEGAL: _("The law asks us to send these, so they always come. You choose the way."),
        Basis.CONTRACT: _("They belong to what you have ordered, so they always come. You choose the way."),
        Basis.CONSENT: _("They come only to those who said yes. You can say no at any time."),
        Basis.INTEREST: _("We send them to our customers because we believe they are of use. You can say no at any time."),
    }
    return words[Basis(topic.basis)]


def reasons(topic: Topic, said: list[Consent], *, on: bool) -> list[str]:
    """Basis first, then the newest word of the one who chose, and the wording it was given with. `said`: newest first."""
    lines = [basis_words(topic)]
    word = next((one for one in said if one.granted == on), None)
    if word is None:
        return lines if topic.basis != Basis.CONSENT or on else [*lines, _("You have not said yes.")]
    lines.append(consent_words(word))
    if text := word.wording.text if word.wording else word.words:
        lines.append(_("The words: “%(words)s”") % {"words": text})
    return lines


def consent_words(one: Consent) -> str:
    told = {"topic": one.topic.name, "day": day(one), "where": where(one.source), "channel": channel_name(one.channel)}
    if one.granted and one.channel:
        return _("%(day)s: yes to “%(topic)s” by %(channel)s (%(where)s)") % told
    if one.granted:
        return _("%(day)s: yes to “%(topic)s” (%(where)s)") % told
    if one.channel:
        return _("%(day)s: no to “%(topic)s” by %(channel)s (%(where)s)") % told
    return _("%(day)s: no to “%(topic)s” (%(where)s)") % told


def preference_words(one: Preference) -> str:
    """What was wished, in one line; '' for an empty wish."""
    parts = [" → ".join(channel_name(kind) for kind in one.channels)] if one.channels else []
    parts += [one.language.upper()] if one.language else []
    parts += [str(Frequency(one.frequency).label)] if one.frequency else []
    if one.pause_until:
        parts.append(_("pause until %(day)s") % {"day": date_format(localtime(one.pause_until), "DATE_FORMAT")})
    name = one.topic.name if one.topic else _("Everything")
    what = ", ".join(parts) or _("no wish of your own")
    return _("%(day)s: “%(topic)s”: %(what)s (%(where)s)") % {"day": day(one), "topic": name, "what": what, "where": where(one.source)}
