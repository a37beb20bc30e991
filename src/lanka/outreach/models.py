"""The company speaks first: segments, campaigns, journeys."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lanka.content.models import Template, Version
from lanka.customers.models import Customer, Topic
from lanka.decide.models import Message
from lanka.timeline.models import WritingTransaction


class Segment(models.Model):
    """People who fit a rule, always current (`rules.py` has the shape of a rule)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    about = models.TextField(blank=True)
    rule = models.JSONField(default=dict)
    news = ArrayField(
        models.CharField(max_length=60), default=list
    )  # kinds of events that can change an answer: 'purchase', 'order.*', '*'
    uses = ArrayField(models.BigIntegerField(), default=list)  # segments that the rule names, and those that these name
    size = models.IntegerField(default=0)
    built_at = models.DateTimeField(null=True)  # null: to be built anew, by the worker
    looks_to = models.DateTimeField(null=True)  # moments until then are written down; before it comes, everybody is looked at once more
    seconds = models.FloatField(default=0)  # that the last build took
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """Somebody in a segment, since when. Millions: the pair is the key, and nothing is checked row by row."""

    pk = models.CompositePrimaryKey("segment_id", "customer_id")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="members")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="+")  # the root
    since = models.DateTimeField()


class Moment(models.Model):
    """When time alone may change somebody's answer in a segment: asked again then."""

    pk = models.CompositePrimaryKey("segment_id", "customer_id")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="moment_due")]


class Crossing(models.Model):
    """Somebody came into a segment or left it, by news or by time. Journeys read these as the timeline is read: below what still writes.

    Not on the timeline: a person in thirty segments would have a page full of them.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_constraint=False, related_name="+")  # the root then
    entered = models.BooleanField()
    at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=WritingTransaction())

    class Meta:
        indexes = [models.Index(fields=["transaction", "id"], name="crossing_reading")]


class Size(models.Model):
    """How many were in a segment at the end of a day: its trend."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, db_index=False, related_name="sizes")
    day = models.DateField()
    size = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="size_once")]


class Scale(models.Model):
    """Where the fifths of all customers begin: what makes a score of 1 to 5. Worked out anew each night; the newest counts."""

    at = models.DateTimeField()
    cuts = models.JSONField()  # {'recency': [days …4], 'frequency': [orders …4], 'money': {'EUR': [minor units …4]}}


class CampaignState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("campaign", "Draft")
    SCHEDULED = "scheduled", pgettext_lazy("campaign", "Scheduled")
    SENDING = "sending", pgettext_lazy("campaign", "Sending")
    PAUSED = "paused", pgettext_lazy("campaign", "Paused")
    STOPPED = "stopped", pgettext_lazy("campaign", "Stopped")
    DONE = "done", pgettext_lazy("campaign", "Done")


class Measure(models.TextChoices):
    """What a test between variants is decided by."""

    CLICKED = "clicked", pgettext_lazy("campaign", "Clicked")
    OPENED = "opened", pgettext_lazy("campaign", "Opened or clicked")


class Campaign(models.Model):
    """One thing said to an audience: every change of state is a `Step` with who and when."""

    name = models.CharField(_("name"), max_length=120)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    segments = models.ManyToManyField(Segment, related_name="campaigns")  # in any of them …
    without = models.ManyToManyField(Segment, related_name="+")  # … and in none of these
    state = models.CharField(max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    sends_at = models.DateTimeField(null=True)  # null: at once
    local_hour = models.TimeField(null=True)  # at this hour where each of them lives
    rate = models.IntegerField(null=True)  # messages a minute and line; null = as fast as the line allows
    purpose = models.CharField(max_length=120, blank=True)
    measure = models.CharField(max_length=10, choices=Measure, default=Measure.CLICKED)
    horizon_days = models.SmallIntegerField(default=3)  # after the start; only then is a test decided, once
    judged_at = models.DateTimeField(null=True)  # the audience has its verdicts
    started_at = models.DateTimeField(null=True)  # the audience is fixed: who comes in later is not written to
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.name


class Variant(models.Model):
    """One of the versions that a campaign tries. Without a test there is one, with all of the weight."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="variants")
    name = models.CharField(max_length=20)  # 'A', 'B', …
    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")  # fixed when it is scheduled
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="+")  # made then
    weight = models.SmallIntegerField(default=100)  # of all variants' weights

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="variant_once")]


class Step(models.Model):
    """What was done with a campaign, by whom."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=20)  # 'scheduled', 'started', 'paused', 'resumed', 'stopped', 'retried', 'done'
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)


class Journey(models.Model):
    """A way that people are led along, by rules that wait for them. What is drawn is in its editions."""

    name = models.CharField(_("name"), max_length=120)
    draft = models.JSONField(default=dict)  # the graph being drawn (`graph.py` has its shape)
    draft_at = models.DateTimeField(auto_now=True)
    draft_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    running_since = models.DateTimeField(null=True)  # lets people in
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """A graph that people walk. Never changed; a new one says what became of those inside the old."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="editions")
    number = models.IntegerField()
    graph = models.JSONField()
    messages = models.JSONField(default=dict)  # send node → decide.Message
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="edition_once")]


class Traveller(models.Model):
    """One person on one journey: where, since when, and when the clock looks again. A wait is `due`, nothing else."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, db_index=False, related_name="travellers")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, db_index=False, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_constraint=False, related_name="+")  # the base that came in
    occurrence = models.CharField(max_length=60, blank=True)  # what let them in: the purchase, the year
    node = models.CharField(max_length=40)
    entered_at = models.DateTimeField()
    node_since = models.DateTimeField()
    due = models.DateTimeField(null=True)  # null: waits for news only, or has ended
    awaits = ArrayField(models.CharField(max_length=60), default=list)  # kinds of events that wake it
    fields = models.JSONField(default=dict)  # what the trigger told
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=20, blank=True)  # 'done', 'goal', 'exit', 'removed'

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "customer", "occurrence"], name="traveller_once")]
        indexes = [
            models.Index(fields=["due"], name="traveller_due", condition=models.Q(ended_at__isnull=True, due__isnull=False)),
            models.Index(fields=["journey", "node"], name="traveller_at", condition=models.Q(ended_at__isnull=True)),
        ]


class Passage(models.Model):
    """How many have left a node by one of its ways ('' when it has one): the counts that the builder shows."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, db_index=False, related_name="passages")
    node = models.CharField(max_length=40)
    way = models.CharField(max_length=40, blank=True)
    passed = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "node", "way"], name="passage_once")]
