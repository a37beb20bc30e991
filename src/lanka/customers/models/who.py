"""Who is it: bases that never change, identifiers, and links as evidence (HOUSE.md, law 3)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from lanka.core.ids import uuid7


class Kind(models.IntegerChoices):
    """Kinds of identifiers; the number is the strength, the lowest is the strongest."""

    CRM = 1, _("CRM id")
    CARD = 2, _("loyalty card")
    PHONE = 3, _("phone")
    EMAIL = 4, _("email")
    ACCOUNT = 5, _("account")
    ORDER = 6, _("order")
    POSTAL = 7, _("postal address")
    VISITOR = 9, _("browser")


class Words(models.Func):
    """The words of `search`, each a lexeme as it stands: no parser that would cut names at hyphens."""

    template = "array_to_tsvector(string_to_array(%(expressions)s, ' '))"
    output_field = SearchVectorField()


class Customer(models.Model):
    """A base: somebody as first met. `name`, `language`, `country`, `zone` and `search` are projected (`project.py`) from the
    facts of all the person's bases: every base carries them; only the root carries words to be found by.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    created_at = models.DateTimeField()
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    country = models.CharField(max_length=2, blank=True)  # ISO 3166, '' = not known
    zone = models.CharField(max_length=60, blank=True)  # IANA; '' = not told: their country's
    search = models.TextField(blank=True)  # folded words of all names, sorted, one space between; '' on bases that are no root
    erased_at = models.DateTimeField(null=True)  # an empty shell: only the timeline's foreign keys still need it

    class Meta:
        indexes = [GinIndex(Words("search"), name="customer_words")]

    def __str__(self) -> str:
        return self.name or str(_("Unknown"))


class Identifier(models.Model):
    """Points at its base for ever. Only proven ones are here: what was merely typed is a `Claim`."""

    kind = models.SmallIntegerField(choices=Kind)
    value = models.CharField(max_length=320, db_collation="C")  # normalised: what is compared
    written = models.CharField(max_length=320, blank=True)  # as its owner writes it, where that differs from `value`
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identifiers")
    first_seen_at = models.DateTimeField()
    source = models.CharField(max_length=60)

    class Meta:
        # the base stands in the index: who somebody is takes no look at the table
        constraints = [models.UniqueConstraint(fields=["kind", "value"], include=["customer"], name="identifier_once")]
        indexes = [
            models.Index(Reverse("value"), name="identifier_last_digits", condition=models.Q(kind=Kind.PHONE)),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        """What to send to and to show."""
        return self.written or self.value


class Claim(models.Model):
    """Something typed or told that nobody has proven: shown, searchable, never a reason to join by itself."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="claims")
    kind = models.SmallIntegerField(choices=Kind)
    value = models.CharField(max_length=320, db_collation="C")
    written = models.CharField(max_length=320, blank=True)
    at = models.DateTimeField()
    source = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "kind", "value"], name="claim_once")]
        indexes = [models.Index(fields=["kind", "value"], name="claim_value")]

    def __str__(self) -> str:
        return self.address

    @property
    def address(self) -> str:
        return self.written or self.value


class Shared(models.Model):
    """A value that many people use (a shop's phone, a family's mailbox): it never again tells who somebody is."""

    kind = models.SmallIntegerField(choices=Kind)
    value = models.CharField(max_length=320, db_collation="C")
    why = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="shared_once")]


class Link(models.Model):
    """Evidence that two bases are one person. Withdrawing it is the undo."""

    a = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)  # 'shared-identifier', 'agent', 'proven-address', 'probable'
    why = models.JSONField(default=dict)
    score = models.FloatField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    undone_why = models.TextField(blank=True)


class Alias(models.Model):
    """base -> root: exactly the connected components of the active links; the root is the oldest base.

    Only bases that are not their own root have a row, so somebody never merged has none.
    """

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="alias")
    root = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")


class NoLink(models.Model):
    """Somebody said that these two bases are not one person. a < b."""

    a = models.BigIntegerField()
    b = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["a", "b"], name="no_link_once")]


class Review(models.Model):
    """Perhaps one person: decided by somebody here, with the reasons before their eyes."""

    roots = ArrayField(models.BigIntegerField())  # as they were when it was written, sorted
    rule = models.CharField(max_length=40)
    why = models.JSONField(default=dict)  # {'reasons': [{'rule', 'left', 'right', 'score'}]}
    score = models.FloatField(null=True)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided = models.CharField(max_length=20, blank=True)  # 'same', 'different'

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["roots"], name="review_open_once", condition=models.Q(decided_at__isnull=True)),
        ]
        indexes = [
            GinIndex(fields=["roots"], name="review_roots"),
            models.Index(fields=["-at"], name="review_open", condition=models.Q(decided_at__isnull=True)),
        ]


class Fact(models.Model):
    """What is known of somebody, with its source. Conflicting facts stand side by side."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=40)  # 'name', 'language', 'address' (value: the lines), 'note', own fields
    value = models.JSONField()
    source = models.CharField(max_length=60)  # the channel it came by, 'agent', 'crm', ...
    trust = models.SmallIntegerField(default=4)  # 1: by somebody here … 4: typed by somebody unproven (`fact.py`)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "kind", "-at"], name="fact_of_customer")]
