"""The cast at the desk, for the tests of all screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator

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
def sit() -> Callable[..., Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def aino(story: Cast, sit: Callable[..., Client]) -> Client:
    return sit(story.aino)
