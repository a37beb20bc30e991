"""The back door: what is to go out, every try, what became of it."""

from __future__ import annotations

from django.db import models

from lanka.channels.models import Line
from lanka.core.ids import uuid7
from lanka.customers.models import Customer
from lanka.timeline.models import Event


class State(models.TextChoices):
    PLANNED = "planned"
    HELD = "held"  # until `not_before`, for `why`
    CLAIMED = "claimed"  # a worker has it until `lease_until`
    HANDED = "handed"  # the provider took it
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    UNCERTAIN = "uncertain"  # handed over, no outcome: never repeated blindly
    SUPPRESSED = "suppressed"


class Delivery(models.Model):
    """One message to one address on one line. `public_id` is the idempotency key towards the provider."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")  # the 'message.out'
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.PROTECT)
    address = models.CharField(max_length=400)
    out = models.JSONField()  # the composed message (items.Outbound), files by sha256
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    why = models.TextField(blank=True)
    ref = models.CharField(max_length=200, blank=True, db_collation="C")  # the provider's id
    parts = models.IntegerField(default=1)
    cost = models.IntegerField(default=0)
    currency = models.CharField(max_length=3, default="EUR")
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["not_before"], name="delivery_waiting", condition=models.Q(state__in=["planned", "held", "claimed"])),
            models.Index(fields=["line", "ref"], name="delivery_ref", condition=~models.Q(ref="")),
        ]


class Attempt(models.Model):
    """Written before the provider is called; without an outcome it is uncertain."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    number = models.IntegerField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)  # 'handed', or the error's name
    words = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]
