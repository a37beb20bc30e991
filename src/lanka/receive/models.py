"""What arrived, as it came, and what could not be understood."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lanka.channels.models import Line


class RawItem(models.Model):
    """Stored before it is acknowledged; understood once, later, repeatably. `key` is unique within its line."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT)
    key = models.CharField(max_length=200, db_collation="C")
    received_at = models.DateTimeField()
    headers = models.JSONField(default=dict)
    method = models.CharField(max_length=8, default="POST")
    path = models.TextField(blank=True)
    query = models.TextField(blank=True)
    remote = models.CharField(max_length=45, blank=True)
    body = models.BinaryField()
    understood_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)  # looked at, and better tried again later
    items = models.IntegerField(default=0)  # how many messages, happenings and receipts it held

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "key"], name="raw_once")]
        indexes = [models.Index(fields=["id"], name="raw_waiting", condition=models.Q(understood_at__isnull=True))]


class Quarantine(models.Model):
    """A raw item that could not be understood: shown, explained, replayable, never dropped."""

    raw = models.OneToOneField(RawItem, on_delete=models.CASCADE)
    at = models.DateTimeField(auto_now_add=True)
    why = models.TextField()
    trace = models.TextField(blank=True)
    tries = models.IntegerField(default=1)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    settled_how = models.CharField(max_length=20, blank=True)  # 'replayed', 'dismissed'
