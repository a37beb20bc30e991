"""What people want: topics with their legal basis, the ledger of consent, and preferences."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lanka.customers.models.who import Customer


def spoken(words: Mapping[str, str]) -> str:
    """In the language of the moment, else in English, else in whatever there is."""
    language = get_language() or "en"
    wanted = (words.get(language), words.get(language[:2]), words.get("en"), *words.values())
    return next((one for one in wanted if one), "")


class Basis(models.TextChoices):
    """Why the company may write about a topic at all (GDPR, article 6)."""

    CONSENT = "consent", _("consent: only to those who said yes")
    CONTRACT = "contract", _("contract: what they bought needs it")
    LEGAL = "legal", _("legal duty: goes out whatever was chosen")
    INTEREST = "interest", _("legitimate interest: until they say no")


class Frequency(models.TextChoices):
    NOW = "now", _("at once")
    DAILY = "daily", _("once a day")
    WEEKLY = "weekly", _("once a week")


class Topic(models.Model):
    """What the company writes about: the unit of consent and of choice ('offers', 'invoices', 'delivery news')."""

    key = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)  # {'en': 'Offers', 'fi': 'Tarjoukset', …}
    abouts = models.JSONField(default=dict)  # one sentence a language, for the preference centre
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.CONSENT)
    channels = ArrayField(models.CharField(max_length=40), default=list)  # kinds, best first: used where nobody chose
    fallback_hours = models.IntegerField(null=True)  # no sign of life for so long: the next channel; null = only when it bounces
    priority = models.SmallIntegerField(default=50)  # the higher goes first when messages compete
    caps = models.JSONField(default=list)  # [{'days': 7, 'most': 2}]: rolling, per person, this topic alone
    quiet = models.BooleanField(default=True)  # waits for a decent hour where they live
    counts = models.BooleanField(default=True)  # towards the caps per person over all topics
    tracked = models.BooleanField(default=True)  # links may be followed
    double_opt_in = models.BooleanField(default=False)
    frequencies = ArrayField(models.CharField(max_length=10, choices=Frequency), default=list)  # that may be chosen; empty = at once only
    position = models.SmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.key

    @property
    def name(self) -> str:
        return spoken(self.names) or self.key

    @property
    def about(self) -> str:
        return spoken(self.abouts)

    @property
    def stoppable(self) -> bool:
        """Whether somebody may say no to it; the others only choose the way."""
        return self.basis in (Basis.CONSENT, Basis.INTEREST)


class Wording(models.Model):
    """The exact words that somebody said yes to. A version never changes: new words are a new version."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="wordings")
    language = models.CharField(max_length=10)
    version = models.IntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "language", "version"], name="wording_once")]


class Consent(models.Model):
    """The ledger: who said yes or no to what, when, how, with which words. Append-only (a trigger); the state is derived."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")  # the base it was given by
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=40, blank=True)  # a kind; '' = every channel
    granted = models.BooleanField()
    wording = models.ForeignKey(Wording, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)  # as said, where no wording was shown ('bills by post, offers never')
    proof = models.JSONField(default=dict)  # {'method': 'double-opt-in' | 'form' | 'spoken' | 'one-click' | 'stop-word' | …, …}
    source = models.CharField(max_length=60)  # 'preference-centre', 'agent', 'till', a channel's kind, 'import', …
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "topic", "-at"], name="consent_of_customer")]


class Standing(models.Model):
    """What the ledger comes to: its newest row of a base, topic and channel. Kept by the ledger's trigger, never written by hand.

    Of a person (several bases, '' and the channel itself) the newest standing decides.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, db_index=False, related_name="+")
    channel = models.CharField(max_length=40, blank=True)
    granted = models.BooleanField()
    at = models.DateTimeField()
    consent_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "customer", "channel"], include=["granted", "at", "consent_id"], name="standing_once"),
        ]
        indexes = [models.Index(fields=["customer"], name="standing_of_customer")]


class Preference(models.Model):
    """How somebody wants to hear about a topic (null: about everything). A change is a new row; the old one says until when."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="preferences")
    topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    channels = ArrayField(models.CharField(max_length=40), default=list)  # kinds, first choice first; empty = no choice made
    language = models.CharField(max_length=10, blank=True)
    frequency = models.CharField(max_length=10, choices=Frequency, blank=True)
    pause_until = models.DateTimeField(null=True)
    source = models.CharField(max_length=60)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "topic"], name="preference_once", condition=models.Q(replaced_at__isnull=True), nulls_distinct=False
            ),
        ]


class Implied(models.Model):
    """What behaviour says about channels: worked out from the timeline, shown as implied, gives way to any choice."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="implied")
    channel = models.CharField(max_length=40)
    score = models.SmallIntegerField()  # -100 never reacts … 100 always
    why = models.JSONField(default=dict)  # {'sent': 9, 'opened': 0, 'answered': 0, 'since': '2026-01-01'}
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "channel"], include=["score"], name="implied_once")]


class Mark(models.Model):
    """Somebody here knows that this person has died, or moved away. Lifted when it was a mistake or is no longer so."""

    class What(models.TextChoices):
        DECEASED = "deceased", _("has died")
        MOVED = "moved", _("has moved")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="marks")
    what = models.CharField(max_length=10, choices=What)
    why = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    blocked = ArrayField(models.BigIntegerField(), default=list)  # decide.Suppression, made by it and lifted with it
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "what"], name="mark_once", condition=models.Q(lifted_at__isnull=True)),
        ]
