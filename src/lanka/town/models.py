"""The town's own memory: who lives there, what lies in their devices, how busy it is. Lanka's rooms know nothing of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Dweller(models.Model):
    """One of the demo's customers, from the outside: their things, not what Lanka knows of them."""

    number = models.IntegerField(primary_key=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10)
    town = models.CharField(max_length=60)
    shop = models.CharField(max_length=20)
    email = models.CharField(max_length=254, blank=True, db_index=True)
    phone = models.CharField(max_length=20, blank=True, db_index=True)
    card = models.CharField(max_length=20, blank=True)
    about = models.JSONField(default=dict)  # the rest of `people.Person`
    active_at = models.DateTimeField(null=True, db_index=True)  # when something last happened to them or by them
    played_at = models.DateTimeField(null=True)  # when somebody last looked through their eyes: the stream lets them be

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> int:
        """One of twelve colours for their face."""
        return self.number % 12

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2])


class Kind(models.TextChoices):
    SMS = "sms", _("Text message")
    MAIL = "mail", _("Mail")
    LETTER = "letter", _("Letter")
    WALK = "walk", _("Walk")
    CHAT = "chat", _("Chat")
    BOT = "bot", _("Telegram")


class Item(models.Model):
    """What lies in a device, or what they did. `mine`: they sent it themselves. `key`: taken from the provider once."""

    dweller = models.ForeignKey(Dweller, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=8, choices=Kind)
    mine = models.BooleanField(default=False)
    at = models.DateTimeField()
    key = models.CharField(max_length=200, unique=True)
    subject = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    body = models.BinaryField(null=True)  # the mail as it came, the letter's PDF
    opened_at = models.DateTimeField(null=True)
    reacted = models.BooleanField(default=False)  # the stream has thought about it

    class Meta:
        indexes = [
            models.Index(fields=["dweller", "kind", "-at"], name="town_item_device"),
            models.Index(fields=["at"], name="town_item_waiting", condition=models.Q(mine=False, reacted=False)),
        ]


class Pace(models.Model):
    """One row: how busy the town is. It sleeps when nobody looks and ends after a bounded number of happenings."""

    paused = models.BooleanField(default=False)
    speed = models.FloatField(default=1.0)
    happened = models.IntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)  # the process says that it runs
    words = models.CharField(max_length=200, blank=True)  # the last thing that happened
