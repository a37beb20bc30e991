"""Who answers, by when. A conversation may hold every channel: the channel belongs to the message."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lanka.core.ids import uuid7
from lanka.customers.models import Customer
from lanka.people.models import Team, User


class State(models.TextChoices):
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for the customer")
    SNOOZED = "snoozed", _("Snoozed")
    CLOSED = "closed", _("Closed")


class Conversation(models.Model):
    """The present state. How it came about (who, when) stands on the timeline, event by event."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="conversations")  # a base
    subject = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    assignee = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    channel = models.CharField(max_length=40, blank=True)  # of the last message, for the mark in the list
    channels = ArrayField(models.CharField(max_length=40), default=list)  # all that took part
    preview = models.CharField(max_length=200, blank=True)
    preview_out = models.BooleanField(default=False)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()  # the last event that moves it in the list
    last_in_at = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)  # the oldest unanswered message
    due_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    linked_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="linked")  # grew out of

    class Meta:
        indexes = [
            models.Index(fields=["state", "-last_at"], name="conversation_state"),
            models.Index(fields=["assignee", "state", "-last_at"], name="conversation_mine"),
            models.Index(fields=["customer", "-last_at"], name="conversation_customer"),
            models.Index(
                fields=["-last_at"],
                name="conversation_unassigned",
                condition=models.Q(state="open", assignee__isnull=True, merged_into__isnull=True),
            ),
            models.Index(fields=["team", "state", "-last_at"], name="conversation_team"),
            models.Index(fields=["snoozed_until"], name="conversation_due", condition=models.Q(state="snoozed")),
        ]

    def __str__(self) -> str:
        return self.subject or self.preview


class Draft(models.Model):
    """What somebody is writing, kept until it is sent or thrown away."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    text = models.TextField(blank=True)
    mode = models.CharField(max_length=60, blank=True)  # '<line id>:<address>' or 'note'
    files = models.JSONField(default=list, blank=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "conversation"], name="draft_once")]


class Seen(models.Model):
    """How far somebody has read a conversation: unread is what came after."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    event_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "conversation"], name="seen_once")]


class Mention(models.Model):
    """Somebody was asked by name in a note."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE)
    event_id = models.BigIntegerField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
