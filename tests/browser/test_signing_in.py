"""Ways in: password, passkey and the company's own sign-in, in a real browser; and who is kept out."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from playwright.sync_api import expect

from lanka import config
from lanka.people.models import Audit, User
from lanka.settings import single_sign_on
from tests.browser.conftest import Desk, until
from tests.cast import PASSWORD
from tests.oidc_provider import CLIENT, SECRET, Provider, provider

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def stranger(desk: Desk, monkeypatch: pytest.MonkeyPatch, **look: Any) -> Any:
    """A browser that nobody has signed in, at the name that passkeys belong to."""
    here = desk.url.replace("127.0.0.1", "localhost")
    monkeypatch.setattr(settings, "PUBLIC_URL", here)
    context = desk.browser.new_context(base_url=here, **look)
    desk.open_pages.append(context)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: desk.trouble.append(str(error)))
    page.on("console", lambda said: desk.trouble.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/account/login/")
    return page


def by_password(page: Any, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Any) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def sign_out(page: Any) -> None:
    page.goto("/account/logout/")
    page.locator("main").get_by_role("button").click()
    page.goto("/account/login/")


def test_aino_adds_a_passkey_and_signs_in_with_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = stranger(desk, monkeypatch)
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    by_password(page, desk.cast.aino.email)
    page.wait_for_url("**/desk/**")
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_label("Name of the passkey").fill("Ainon läppäri")
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/recovery-codes/")
    assert len(page.get_by_label("Unused codes").input_value().split()) == 10
    page.goto("/account/2fa/")
    expect(page.get_by_text("Ainon läppäri")).to_be_visible()
    page.get_by_role("link", name="Rename Ainon läppäri").click()
    page.get_by_label("Name of the passkey").fill("Läppäri")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".key-row")).to_contain_text("Läppäri")
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/desk/**")
    expect(page.locator("body")).to_have_attribute("data-name", desk.cast.aino.name)
    page.goto("/account/2fa/")
    page.get_by_role("link", name="Remove Läppäri").click()
    confirm(page)
    page.get_by_role("button", name="Remove").click()
    until(lambda: not Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).exists(), what="the passkey's removal")
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_timeout(500)
    assert "/account/login/" in page.url or "/webauthn/" in page.url
    trail = list(Audit.objects.filter(verb__startswith="account.").order_by("pk").values_list("verb", "by", "remote"))
    assert [(verb, by, remote) for verb, by, remote in trail if "webauthn" in verb] == [
        ("account.webauthn_added", desk.cast.aino.pk, "127.0.0.1"),
        ("account.webauthn_removed", desk.cast.aino.pk, "127.0.0.1"),
    ]


def company(server: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the operator sets it, read as at start."""
    told = {"NAME": "Polku ID", "SERVER": server.url, "CLIENT_ID": CLIENT, "SECRET": SECRET}
    for name, value in told.items():
        monkeypatch.setenv(f"LANKA_OIDC_{name}", value)
    monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", {"openid_connect": {"APPS": single_sign_on(config.oidc())}})


def through_the_company(page: Any) -> None:
    page.get_by_role("link", name="Sign in with Polku ID").click()
    page.get_by_role("link", name="Yes, it is me").click()


def test_ville_signs_in_with_the_company(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with provider() as server:
        company(server, monkeypatch)
        page = stranger(desk, monkeypatch)
        server.claims = {"sub": "v-1", "email": desk.cast.ville.email.upper(), "email_verified": True}
        through_the_company(page)
        page.wait_for_url("**/desk/**")
        expect(page.locator("body")).to_have_attribute("data-name", desk.cast.ville.name)
        assert server.asked[-3:] == ["/authorize", "/token", "/userinfo"] or "/userinfo" in server.asked
        desk.cast.ville.refresh_from_db()
        assert desk.cast.ville.check_password(PASSWORD), "the password is theirs as before"


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"sub": "x", "email": "mallory@evil.example", "email_verified": True}, "Nobody here has the address"),
        ({"sub": "x", "email": "sanna.makela@pyorapolku.example", "email_verified": False}, "did not say that it has checked"),
        ({"sub": "x", "email": "sanna.makela@pyorapolku.example"}, "did not say that it has checked"),
        ({"sub": "x", "email": "sanna.makela@pyorapolku.example", "email_verified": "false"}, "did not say that it has checked"),
    ],
    ids=["unknown", "unchecked", "silent", "false in letters"],
)
def test_nobody_else_comes_in_by_the_company(desk: Desk, monkeypatch: pytest.MonkeyPatch, claims: dict[str, Any], words: str) -> None:
    before = User.objects.count()
    with provider() as server:
        company(server, monkeypatch)
        page = stranger(desk, monkeypatch)
        server.claims = claims
        through_the_company(page)
        expect(page.get_by_text(words)).to_be_visible()
        page.goto("/desk/inbox/all/")
        assert "/account/login/" in page.url
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_a_provider_that_is_away_is_said_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with provider() as server:
        company(server, monkeypatch)
        page = stranger(desk, monkeypatch)
        server.up = False
        page.get_by_role("link", name="Sign in with Polku ID").click()
        expect(page.get_by_text("the provider cannot be reached")).to_be_visible()


def test_the_company_joins_no_account_to_another(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes Sanna's browser start a sign-in as himself gains nothing of hers."""
    with provider() as server:
        company(server, monkeypatch)
        page = desk.sit(desk.cast.sanna, "/desk/")
        server.claims = {"sub": "m", "email": desk.cast.aino.email, "email_verified": True}
        page.goto("/account/oidc/company/login/?process=connect")
        page.get_by_role("link", name="Yes, it is me").click()
        expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    assert not SocialAccount.objects.exists()
