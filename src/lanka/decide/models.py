"""Addresses that must not be written to; what is to be said; and the verdict on every person, with its reasons."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from lanka.core.ids import uuid7
from lanka.customers.models import Customer, Topic


class Suppression(models.Model):
    """An address that must not be written to, and why."""

    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "value"], name="suppression_address", condition=models.Q(lifted_at__isnull=True))]


def some_caps() -> list[dict[str, Any]]:
    return [{"days": 1, "most": 1}, {"days": 7, "most": 3}]


def some_quiet() -> dict[str, list[str]]:
    return {"": ["21:00", "08:00"]}


class Rules(models.Model):
    """What the organisation allows itself (`rules.py`). Never changed: the newest row counts, the others tell what counted when."""

    caps = models.JSONField(default=some_caps)  # [{'days': 7, 'most': 3}, {'days': 30, 'most': 1, 'channel': kind}]: rolling, per person
    quiet = models.JSONField(default=some_quiet)  # country → ['21:00', '08:00'] where they live; '' = every other country
    holidays = models.BooleanField(default=True)  # public holidays of their country are quiet
    double_days = models.SmallIntegerField(default=30)  # so long the same said again is a double
    digest_hour = models.TimeField(default=time(9))  # for those who want to hear once a day or a week, where they live
    digest_day = models.SmallIntegerField(default=0)  # 0 = Monday
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class Message(models.Model):
    """What is to be said, to one person or a million: what `decide` judges. Made by a campaign, a journey's step, a program."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120)
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    brand_id = models.BigIntegerField(null=True)  # content.Brand and content.Version: neighbours, so no foreign key
    version_id = models.BigIntegerField(null=True)
    source = models.CharField(max_length=60, blank=True)  # 'campaign:12', 'journey:3:node-7', 'api': who made it
    purpose = models.CharField(max_length=120, blank=True)  # two messages with one purpose are doubles, whatever their words
    content = models.CharField(max_length=64, blank=True)  # digest of the words: the same said again is a double too
    priority = models.SmallIntegerField(null=True)  # null: the topic's
    channels = ArrayField(models.CharField(max_length=40), default=list)  # kinds that it is written for; empty = every one
    sends_at = models.DateTimeField()  # not before
    local_hour = models.TimeField(null=True)  # at this hour where they live, on or after `sends_at`
    expires_at = models.DateTimeField(null=True)  # of no use later
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)  # no longer competes, no longer sent
    paused_at = models.DateTimeField(null=True)  # nothing of it goes out until this is null again
    rate = models.IntegerField(null=True)  # at most so many a minute and line; null = as fast as the line allows
    values = models.JSONField(default=dict)  # what its words need beyond the profile, the same for all; one person's: `Verdict.because`

    class Meta:
        indexes = [models.Index(fields=["source"], name="message_source")]

    def __str__(self) -> str:
        return self.name


class Outcome(models.IntegerChoices):
    SEND = 1  # at `send_at`, on `line_id`, to `address`
    HOLD = 2  # asked again at `send_at`
    NO = 3


class Verdict(models.Model):
    """What was decided for one person and message, and why. `reason` is the step that settled it (`reasons.py`)."""

    # no constraint in the database: a million rows would look for the same message a million times
    message = models.ForeignKey(Message, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="verdicts")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+")  # the root then
    occurrence = models.CharField(max_length=60, blank=True)  # the same message said again on purpose: '2026', 'order 1234'
    outcome = models.SmallIntegerField(choices=Outcome)
    reason = models.SmallIntegerField()  # decide.reasons.Reason
    line_id = models.BigIntegerField(null=True)
    address = models.CharField(max_length=400, blank=True)
    language = models.CharField(max_length=10, blank=True)
    send_at = models.DateTimeField(null=True)
    ladder = ArrayField(models.CharField(max_length=40), default=list)  # kinds that are left when this one fails
    because = models.JSONField(default=dict)  # the reasons as data: what was seen and what it led to
    decided_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)  # `deliver` made a delivery of it: from here on it is not decided again

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "customer", "occurrence"], name="verdict_once")]
        indexes = [
            models.Index(  # caps: read from the index alone
                fields=["customer", "send_at"],
                include=["message", "line_id"],
                name="verdict_sent",
                condition=models.Q(outcome=Outcome.SEND),
            ),
            models.Index(  # what `deliver` takes next
                fields=["message", "line_id", "send_at"],
                name="verdict_due",
                condition=models.Q(outcome=Outcome.SEND, taken_at__isnull=True),
            ),
            models.Index(fields=["send_at"], name="verdict_held", condition=models.Q(outcome=Outcome.HOLD)),
        ]
