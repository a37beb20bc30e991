"""Sign-in with the company's own OpenID Connect provider: for those who work here already, and for nobody else.

The provider says which address it has checked; the colleague with that address is signed in. Nothing is stored of it: no account is made,
none is joined, and taking the colleague out of use ends it.
"""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.shortcuts import render

from lanka.people.models import User

SECONDS = 8
log = logging.getLogger(__name__)


class Session(requests.Session):
    """allauth's talk with the provider. What goes wrong on the way is a sign-in that failed, said so, and no fault of ours.

    Not guarded against private addresses: the operator set the one address, and such providers mostly stand inside.
    """

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            answer = super().request(*args, **{**kwargs, "timeout": SECONDS})
            answer.raise_for_status()
        except requests.RequestException as error:
            log.warning("the sign-in provider: %s", error)
            page = render(context.request, "socialaccount/authentication_error.html", status=502)
            raise ImmediateHttpResponse(page) from error
        return answer


def proven_address(told: dict[str, Any]) -> str:
    """The address that the provider has checked, '' where it has not. `told`: the claims of the id token and of userinfo."""
    token, user = told.get("id_token") or {}, told.get("userinfo") or {}
    if not token.get("sub") or token["sub"] != user.get("sub"):  # OpenID Connect Core 5.3.2
        return ""
    return str(user.get("email") or "") if user.get("email_verified") in (True, "true") else ""


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def get_requests_session(self) -> Session:
        return Session()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        address = proven_address(sociallogin.account.extra_data)
        user = User.objects.filter(email__iexact=address).first() if address else None
        if user is None or sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(render(request, "desk/account/unknown.html", {"address": address}, status=403))
        sociallogin.user = user
