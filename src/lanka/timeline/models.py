"""What happened: one append-only table, and how far each reader has read it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.expressions import Func

from lanka.core.ids import uuid7
from lanka.customers.models import Customer


class WritingTransaction(Func):
    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Event(models.Model):
    """One thing that happened to one person. Never changed: what is learnt later is another event."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    transaction = models.BigIntegerField(db_default=WritingTransaction())  # cursors stop below those still writing
    # the base it was seen with. Bases are never deleted, so no constraint: checking it cost a third of a bulk insert
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+")
    at = models.DateTimeField()  # when it happened
    recorded_at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=40)  # 'message.in', 'message.out', 'note', 'visit', 'assigned', ... (glossary)
    channel = models.CharField(max_length=40, blank=True)
    line_id = models.BigIntegerField(null=True)
    conversation_id = models.BigIntegerField(null=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    key = models.CharField(max_length=260, null=True, db_collation="C")  # idempotency: the same thing told twice is one event
    raw_id = models.BigIntegerField(null=True)  # where it came from, word for word
    about_id = models.BigIntegerField(null=True)  # the event that this one is about: a receipt's message, a note's event
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    search = SearchVectorField(null=True)  # kept by a trigger: see migrations

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="event_once")]  # unique=True would add an index for LIKE
        indexes = [
            models.Index(fields=["customer", "at", "id"], name="event_person"),
            models.Index(
                fields=["conversation_id", "at", "id"],
                name="event_conversation",
                condition=models.Q(conversation_id__isnull=False),
            ),
            models.Index(fields=["about_id"], name="event_about", condition=models.Q(about_id__isnull=False)),
            models.Index(fields=["transaction", "id"], name="event_reading"),
            models.Index(fields=["public_id"], name="event_public"),
            GinIndex(fields=["search"], name="event_search", fastupdate=True),
        ]


class MessageId(models.Model):
    """How later messages point back at one: an email's Message-ID, a provider's id. For threading and receipts."""

    line_id = models.BigIntegerField()
    value = models.CharField(max_length=500, db_collation="C")
    event = models.ForeignKey(Event, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line_id", "value"], name="message_id_once")]


class Cursor(models.Model):
    """How far a durable reader has come."""

    reader = models.CharField(max_length=60, primary_key=True)
    transaction = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)
    at = models.DateTimeField(auto_now=True)
