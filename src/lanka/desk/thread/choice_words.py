"""Choices on the thread: who said yes or no to what, and how somebody wants to hear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from lanka.customers.models.choice import spoken
from lanka.desk import channels

Data = Mapping[str, Any]
Sentence = Callable[[Data], str]


def name(d: Data) -> str:
    """As it was called then; `names` by language."""
    names = d.get("names")
    return (spoken(names) if isinstance(names, dict) else "") or str(d.get("topic") or _("Everything"))


def said(granted: bool) -> Sentence:
    def words(d: Data) -> str:
        kind = str(d.get("channel") or "")
        told = {"topic": name(d), "channel": channels.name(kind)}
        if kind:
            return (_("Yes to “%(topic)s” by %(channel)s") if granted else _("No to “%(topic)s” by %(channel)s")) % told
        return (_("Yes to “%(topic)s”") if granted else _("No to “%(topic)s”")) % told

    return words


def wished(d: Data) -> str:
    kinds = d.get("channels") or []
    parts = [" → ".join(channels.name(str(kind)) for kind in kinds)] if kinds else []
    parts += [str(d[key]).upper() for key in ("language",) if d.get(key)]
    parts += [_("until %(day)s nothing") % {"day": str(d["pause_until"])[:10]}] if d.get("pause_until") else []
    return _("“%(topic)s”: %(what)s") % {"topic": name(d), "what": ", ".join(parts) or _("no wish of their own")}


def mark_words(d: Data) -> str:
    return _("Has died") if d.get("what") == "deceased" else _("Has moved")


def choice_kinds() -> dict[str, tuple[str, bool, Sentence]]:
    """Icon, quiet, sentence."""
    return {
        "consent.granted": ("shield-check", False, said(True)),
        "consent.withdrawn": ("shield-x", False, said(False)),
        "consent.asked": ("shield-question-mark", False, lambda d: _("Asked to confirm: “%(topic)s”") % {"topic": name(d)}),
        "preference": ("sliders-horizontal", False, wished),
        "marked": ("circle-alert", False, mark_words),
        "unmarked": ("circle-alert", False, lambda d: _("A mistake: %(what)s") % {"what": mark_words(d)}),
    }
