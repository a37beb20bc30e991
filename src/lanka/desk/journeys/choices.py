"""What the forms of the builder offer: texts with their approval, topics, teams, segments, kinds of events, facts, channels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.dates import WEEKDAYS_ABBR

from lanka.channels.models import Line
from lanka.content.models import Template, Version
from lanka.customers.models import Fact, Topic
from lanka.desk import channels
from lanka.desk.segments.vocabulary import CATEGORIES, found
from lanka.outreach.journeys.words import EVENTS, FACTS, OUTCOMES, day_words
from lanka.outreach.models import Segment
from lanka.people.models import Team

NEWEST = 5000  # facts that are looked through for their kinds: the table has millions
NOT_DATES = {"name", "language", "address", "phone", "email", "note"}


def choices() -> dict[str, Any]:
    approved = Version.objects.filter(template=OuterRef("pk"), approved_at__isnull=False)
    seen = Fact.objects.order_by("-pk").values_list("kind", flat=True)[:NEWEST]
    facts = sorted({*FACTS, *seen} - NOT_DATES)
    kinds: Iterable[str] = Line.objects.filter(enabled=True).values_list("kind", flat=True).distinct().order_by("kind")
    return {
        "templates": Template.objects.filter(retired_at=None).annotate(approved=Exists(approved)).order_by("name"),
        "topics": Topic.objects.filter(retired_at=None),
        "teams": Team.objects.order_by("name"),
        "segments": Segment.objects.filter(retired_at=None),
        "events": [(kind, str(words)) for kind, words in EVENTS.items() if "," not in kind],
        "triggers": [(kind, str(words)) for kind, words in EVENTS.items()],
        "categories": found(CATEGORIES),
        "outcomes": [(key, str(words)) for key, words in OUTCOMES.items()],
        "facts": [(kind, day_words(kind)) for kind in facts],
        "channels": [(kind, channels.name(kind)) for kind in kinds],
        "weekdays": list(WEEKDAYS_ABBR.items()),
        "hours": [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)],
    }
