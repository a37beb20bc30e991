"""Those who work here."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    AGENT = "agent", _("Agent")
    SUPERVISOR = "supervisor", _("Supervisor")
    COMMUNICATOR = "communicator", _("Communicator")
    ADMINISTRATOR = "administrator", _("Administrator")


class Users(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """An employee. What they may do follows from the role: `people/rights.py`."""

    email = models.EmailField(_("email"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    public_name = models.CharField(_("name shown to customers"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.AGENT)
    language = models.CharField(_("language"), max_length=10, default="en")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    settings = models.JSONField(default=dict, blank=True)  # density, theme, signature: their own desk

    objects: ClassVar[Users] = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in self.name.split()[:2]).upper()

    def get_full_name(self) -> str:
        return self.name


class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    members = models.ManyToManyField(User, related_name="teams", blank=True)

    def __str__(self) -> str:
        return self.name


class Audit(models.Model):
    """Who did what that matters for security or privacy. Append-only."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    what = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    remote = models.CharField(max_length=45, blank=True)
