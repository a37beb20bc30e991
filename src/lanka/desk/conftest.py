"""The cast at the desk, for the tests of all screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from tests.cast import Cast, cast
from tests.stub_channels import stub_channels

from lanka.people.models import User


@pytest.fixture
def story(db: None) -> Iterator[Cast]:
    with stub_channels():
        yield cast()


@pytest.fixture
def sit() -> object:
    def sign_in(user: User, **headers: str) -> Client:
        client = Client(headers=headers)
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def aino(story: Cast, sit) -> Client:
    return sit(story.aino)
