"""Sign-in rules: nobody signs up by themselves, an administrator invites."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.http import HttpRequest

from lanka.core.remote import remote
from lanka.people.audit import audit
from lanka.people.models import User


def remote_of(request: HttpRequest) -> str:
    return remote(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return remote_of(request)

    def send_notification_mail(self, template_prefix: str, user: User, *_more: Any, **_rest: Any) -> None:
        """allauth's word that something changed in how this person signs in (a passkey, a code, a password): it goes on the trail."""
        audit(f"account.{template_prefix.rpartition('/')[2]}", user.email, by=user, remote=remote_of(context.request))
