"""The tests that every channel gets for free. A package with a channel of its own imports them: `from lanka.channels.contract import *`.

Each rule of `checker.py` is a test of each channel; beyond them, here is what needs a database or a network that is down.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from lanka.channels import checker, registry
from lanka.channels.base import ChannelError, File, LineView, Outbound, Sender, Sent
from lanka.channels.captured import Captured, all_captured, sample
from lanka.channels.checker import RULES, Rule, Subject
from lanka.channels.models import Line
from lanka.channels.settings import pack, secret_fields

__all__ = [
    "dead_network",
    "test_a_captured_payload_is_understood",
    "test_a_line_is_stored_with_its_secrets_locked",
    "test_a_preview_is_a_file",
    "test_sending_into_adead_network_raises_only_the_closed_errors",
    "test_the_rule_holds",
]

CHANNELS = [
    Subject(folder, registry.all_channels()[folder.name]) for folder in registry.folders() if folder.name in registry.all_channels()
]
PAYLOADS = [(subject, payload) for subject in CHANNELS for payload in all_captured(subject.channel, subject.folder)]
EVERY = pytest.mark.parametrize("subject", CHANNELS, ids=lambda subject: subject.channel.kind)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
@EVERY
def test_the_rule_holds(subject: Subject, rule: Rule) -> None:
    assert checker.problems(subject, rule) == []


@pytest.mark.parametrize(("subject", "payload"), PAYLOADS, ids=[f"{s.channel.kind}-{p.name}" for s, p in PAYLOADS])
def test_a_captured_payload_is_understood(subject: Subject, payload: Captured) -> None:
    assert list(checker.compared(subject.channel, payload)) == []


def marked(subject: Subject) -> tuple[LineView, set[str]]:
    """The sample line with secrets that can be found again."""
    secrets = {name: f"hush-{name}" for name in secret_fields(subject.channel.Settings)}
    view = sample(subject.channel, subject.folder)
    settings = view.settings.model_copy(update={name: SecretStr(mark) for name, mark in secrets.items()})
    line = Line.objects.create(kind=subject.channel.kind, name="sample", settings=pack(settings), country=view.country)
    return registry.view(line, dict(view.brand)), set(secrets.values())


@pytest.fixture
def dead_network(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Names are not known and nothing can be reached; the database is connected before."""

    def refused(*args: Any) -> None:
        raise ConnectionRefusedError("no network in this test")

    def unknown(*args: Any, **kwargs: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no network in this test")

    with monkeypatch.context() as patch:
        patch.setattr(socket.socket, "connect", refused)
        patch.setattr(socket, "getaddrinfo", unknown)
        yield


def letter(subject: Subject) -> Outbound:
    to = {"email": "maija.laine@example.fi", "phone": "+358405550134", "postal": "Maija Laine\nKäenkuja 3\n00500 Helsinki"}
    address = to.get(subject.channel.can(sample(subject.channel, subject.folder)).address, "sample:1")
    return Outbound(
        "01977f5e-0000-7000-8000-000000000001", address, "Pyöräsi on valmis!", Sender("Pyörä & Polku", "Aino"), subject="Pyöräsi"
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("dead_network")
@EVERY
def test_sending_into_adead_network_raises_only_the_closed_errors(subject: Subject) -> None:
    line, secrets = marked(subject)
    if not subject.channel.can(line).speaks:
        pytest.skip("it does not speak")
    try:
        assert isinstance(subject.channel.send(line, letter(subject)), Sent)
    except ChannelError as error:
        assert error.words, "people must read why"
        assert not [secret for secret in secrets if secret in f"{error!r} {error.words}"], "a secret in the exchange log"


@pytest.mark.django_db
@EVERY
def test_a_line_is_stored_with_its_secrets_locked(subject: Subject) -> None:
    line, secrets = marked(subject)
    stored = str(Line.objects.get(pk=line.id).settings)
    assert not [secret for secret in secrets if secret in stored or secret in repr(line)]


@EVERY
def test_a_preview_is_a_file(subject: Subject) -> None:
    line = sample(subject.channel, subject.folder)
    if not subject.channel.can(line).previews:
        pytest.skip("it does not preview")
    shown = subject.channel.preview(line, letter(subject))
    assert isinstance(shown, File)
    assert shown.data
