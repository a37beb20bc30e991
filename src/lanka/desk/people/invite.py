"""The link by which a colleague sets a password. It works once and for some days, and nobody mails it: the administrator hands it over."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from lanka import config
from lanka.people.models import User

DAYS = settings.PASSWORD_RESET_TIMEOUT // 86_400


def password_link(user: User) -> str:
    """Ends with the password it sets, with the next sign-in, or after `DAYS`."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{config.PUBLIC_URL}{path}"
