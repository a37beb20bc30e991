"""Configured accounts and what was said with their providers."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _


def new_token() -> str:
    return secrets.token_urlsafe(18)


class Per(models.IntegerChoices):
    """A span of time that a pace is told in; the number is its seconds."""

    SECOND = 1, _("second")
    MINUTE = 60, _("minute")
    HOUR = 3600, _("hour")
    DAY = 86400, _("day")


class Line(models.Model):
    """One configured account of a channel: a number, a mailbox, a chat, a counter."""

    kind = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    token = models.CharField(max_length=40, unique=True, default=new_token)  # stands in its URLs
    settings = models.JSONField(default=dict)  # as the channel's Settings; secrets encrypted (`channels/settings.py`)
    country = models.CharField(_("country"), max_length=2, default="FI")
    brand_id = models.BigIntegerField(null=True)  # content.Brand; no foreign key, rooms import downward only
    enabled = models.BooleanField(_("in use"), default=True)
    most = models.IntegerField(null=True)  # messages that may leave in one `per`; null = as many as go
    per = models.IntegerField(choices=Per, default=Per.HOUR)
    domain_most = models.IntegerField(null=True)  # of them to one receiving domain
    domain_per = models.IntegerField(choices=Per, default=Per.HOUR)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Exchange(models.Model):
    """The redacted log of one exchange with a provider: what we said, what they said."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE)
    at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=40)  # 'send', 'verify', 'poll', 'check'
    ok = models.BooleanField()
    said = models.TextField(blank=True)
    heard = models.TextField(blank=True)
    milliseconds = models.IntegerField(default=0)
    ref = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["line", "-at"])]


class Transcript(models.Model):
    """For channels that Lanka itself hosts (`Serves`): what lies in the customer's view of it, in order.

    Written by the channel (edge or worker), read by its own streams; knows an address, never a person.
    """

    line = models.ForeignKey(Line, on_delete=models.CASCADE)
    address = models.CharField(max_length=120)
    outgoing = models.BooleanField()  # from the company
    key = models.CharField(max_length=120)  # the writer's own id: a repeated write is the same row
    at = models.DateTimeField(auto_now_add=True)
    body = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "address", "key"], name="transcript_once")]
        indexes = [
            models.Index(fields=["line", "address", "id"]),
            # who else proved the same address: their threads are one ('proof:<hash>')
            models.Index(fields=["line", "key"], name="transcript_proof", condition=models.Q(key__startswith="proof:")),
        ]


class Online(models.Model):
    """An open stream of a hosted channel. One row a stream: the address is there while any of its rows is young (`presence.py`)."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE)
    address = models.CharField(max_length=120)
    since = models.DateTimeField()
    seen_at = models.DateTimeField()
    page = models.TextField(blank=True)  # where they are, as their browser says

    class Meta:
        indexes = [models.Index(fields=["line", "address"])]
