"""The back door: what is to go out, every try, what became of it, and how fast and whether a line sends."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lanka.channels.models import Line
from lanka.core.ids import uuid7
from lanka.customers.models import Customer
from lanka.decide.models import Message, Verdict
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
    line = models.ForeignKey(Line, on_delete=models.PROTECT, db_index=False)
    address = models.CharField(max_length=400)
    out = models.JSONField(
        default=dict
    )  # the composed message (items.Outbound), files by sha256; empty: made from `version_id` and `values`
    verdict = models.ForeignKey(Verdict, null=True, on_delete=models.PROTECT, db_index=False, related_name="deliveries")
    rung = models.SmallIntegerField(default=0)  # of the verdict's ladder: 0 is the first way, then the ways that it fell back to
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    version_id = models.BigIntegerField(null=True)  # content.Version
    language = models.CharField(max_length=10, blank=True)
    values = models.JSONField(default=dict)  # of the person, as the words were filled with them
    priority = models.SmallIntegerField(default=100)  # the higher leaves first; an agent's answer waits for no campaign
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    why = models.TextField(blank=True)
    ref = models.CharField(max_length=200, blank=True, db_collation="C")  # the provider's id
    parts = models.IntegerField(default=1)
    cost = models.IntegerField(default=0)
    currency = models.CharField(max_length=3, default="EUR")
    attempts = models.IntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    fallback_at = models.DateTimeField(null=True)  # then the verdict's next way is asked for, unless a sign of life comes first
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["line", "-priority", "not_before"], name="delivery_due", condition=models.Q(state__in=["planned", "held"])
            ),
            models.Index(fields=["lease_until"], name="delivery_leased", condition=models.Q(state="claimed")),
            models.Index(fields=["fallback_at"], name="delivery_fallback", condition=models.Q(fallback_at__isnull=False)),
            models.Index(fields=["line", "ref"], name="delivery_ref", condition=~models.Q(ref="")),
            models.Index(fields=["message", "verdict", "rung"], name="delivery_of_message", condition=models.Q(message__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["verdict", "rung"], name="delivery_once", condition=models.Q(verdict__isnull=False)),
        ]


class Attempt(models.Model):
    """Written before the provider is called; without an outcome it is uncertain."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries", db_index=False)
    number = models.IntegerField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)  # 'handed', or the error's name
    words = models.TextField(blank=True)
    worker = models.CharField(max_length=80, blank=True)  # machine, boot and process: whose journal tells how far it came

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempt_once")]


class Bucket(models.Model):
    """What may still leave on a line, or to one receiving domain on it: it fills with time and survives restarts."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, db_index=False, related_name="+")
    domain = models.CharField(max_length=253, blank=True)  # '' = the whole line; 'message:12' = one message on it
    tokens = models.FloatField()
    at = models.DateTimeField()
    booked_until = models.DateTimeField(null=True)  # those who wait for this bucket have their moments up to here

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "domain"], name="bucket_once")]


class Trouble(models.Model):
    """A line whose provider fails, since when and why. Open while `ended_at` is null; nothing leaves there before `until`."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, db_index=False, related_name="troubles")
    began_at = models.DateTimeField()
    failures = models.IntegerField(default=1)  # in a row
    why = models.TextField()
    until = models.DateTimeField(null=True)  # null: not yet often enough to stop
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line"], name="trouble_open_once", condition=models.Q(ended_at__isnull=True))]


class Link(models.Model):
    """An address that a message's words lead to: clicks are counted by it. What is made of a person's own values has a row of its own."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, db_index=False, related_name="+")
    block = models.CharField(max_length=40)  # of the words, '' where none is named
    digest = models.CharField(max_length=32, db_collation="C")  # of the address
    url = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "block", "digest"], name="link_once")]


class Batch(models.Model):
    """Pieces of paper gathered for one cut-off: one PDF for the printer and its manifest. After a crash the same files are handed over."""

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, unique=True)  # of its files
    cut_at = models.DateTimeField()
    made_at = models.DateTimeField()
    pieces = models.IntegerField()
    sheets = models.IntegerField()
    pages = models.IntegerField()
    pdf = models.CharField(max_length=64)  # core.files, by sha256
    manifest = models.CharField(max_length=64)
    table = models.CharField(max_length=64, default="")  # the manifest as CSV
    handed_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True)  # it could not be handed over yet
    reprint_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reprints")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")  # who asked for the reprint

    class Meta:
        indexes = [models.Index(fields=["line", "-cut_at"], name="batch_of_line")]

    def __str__(self) -> str:
        return self.name


class Piece(models.Model):
    """One letter in a batch, found again by the number in its DataMatrix."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, db_index=False, related_name="letters")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="pieces")
    place = models.IntegerField()  # in the PDF, from 1
    number = models.CharField(max_length=60)
    first_page = models.IntegerField()
    pages = models.IntegerField()
    sheets = models.IntegerField()
    country = models.CharField(max_length=2)
    sha256 = models.CharField(max_length=64)  # of the letter alone

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "place"], name="piece_place")]


class Advice(models.Model):
    """A DMARC aggregate report (RFC 7489): what one receiver saw of mail in a domain's name, one row an address and outcome."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="advice")
    key = models.CharField(max_length=260, unique=True)
    reporter = models.CharField(max_length=120)
    domain = models.CharField(max_length=253)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    address = models.CharField(max_length=60)  # the sending server
    count = models.IntegerField()
    disposition = models.CharField(max_length=20)  # 'none', 'quarantine', 'reject'
    dkim = models.BooleanField()  # aligned
    spf = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["domain", "-ends_at"], name="advice_of_domain")]
