"""Wrong passwords: after five an account waits, whichever process is asked, also one that starts later. Colleagues go on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from tests.cast import PASSWORD, Company, company

from lanka import config

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/account/login/"
ANOTHER_PROCESS = """
import sys, django
django.setup()
from django.test import Client
from lanka.testing import use_plain_static_files
use_plain_static_files()
print(Client().post("/account/login/", {"login": sys.argv[1], "password": sys.argv[2]}).status_code)
"""


@pytest.fixture
def house() -> Iterator[Company]:
    cache.clear()  # no model's table: nobody empties it between two tests
    yield company()
    cache.clear()


def tries(email: str, password: str, **where: str) -> int:
    """302: in. 200: the form again, with the reason. 429: not even that."""
    return Client().post(URL, {"login": email, "password": password}, **where).status_code  # type: ignore[arg-type]


def in_another_process(email: str) -> int:
    name = connection.settings_dict
    url = f"postgresql://{name['USER']}:{name['PASSWORD']}@/{name['NAME']}?host={name['HOST']}&port={name['PORT']}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "lanka.settings"}
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS, email, PASSWORD], env=environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout.split()[-1])


def test_five_wrong_passwords_close_the_account_for_all_processes(house: Company) -> None:
    assert in_another_process(house.ville.email) == 302
    for number in range(5):
        assert tries(house.aino.email, f"wrong-{number}", REMOTE_ADDR=f"192.0.2.{number}") == 200
    assert tries(house.aino.email, PASSWORD, REMOTE_ADDR="198.51.100.1") == 200, "from another address, with the right password"
    assert in_another_process(house.aino.email) == 200
    assert tries(house.ville.email, PASSWORD) == 302, "a colleague is not in the way"
    with connection.cursor() as cursor:  # five minutes later
        cursor.execute("UPDATE core_cache SET expires = now() - interval '1 second'")
    assert tries(house.aino.email, PASSWORD) == 302


def test_one_address_that_tries_many_accounts_waits(house: Company) -> None:
    for number in range(20):
        assert tries(f"nobody{number}@pyorapolku.example", "wrong") == 200
    assert tries(house.aino.email, PASSWORD) == 200
    assert tries(house.aino.email, PASSWORD, REMOTE_ADDR="192.0.2.8") == 302


def test_a_made_up_header_does_not_help(house: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        tries(f"nobody{number}@pyorapolku.example", "wrong", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert tries(house.aino.email, PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.99") == 200
    monkeypatch.setattr(config, "PROXIES", 1)
    assert tries(house.aino.email, PASSWORD, HTTP_X_FORWARDED_FOR="192.0.2.99") == 302, "our own proxy is believed"


@pytest.mark.parametrize("page", ["email/", "3rdparty/", "3rdparty/signup/"])
def test_nobody_changes_who_they_are(house: Company, page: str) -> None:
    client = Client()
    client.force_login(house.aino)
    assert client.get(f"/account/{page}").status_code == 404
