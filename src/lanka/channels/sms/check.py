"""'Test this line', one step after another, each with what to do when it fails. Nothing is sent to anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
from django.utils.translation import gettext as _

from lanka.channels.base import LineView, Step
from lanka.channels.errors import ChannelError, Misconfigured
from lanka.channels.sms import gateway, gsm7, numbers
from lanka.channels.sms.session import Role, bind, connect
from lanka.core import http
from lanka.core.addresses import PrivateAddress


def steps(line: LineView) -> Iterator[Step]:
    yield _sender(line)
    yield from _smpp(line) if line.settings.gateway == "smpp" else _http(line)


def _sender(line: LineView) -> Step:
    sender = line.settings.sender
    name = _("Sender %s") % sender
    if sender.startswith("+"):
        ok = bool(numbers.e164(sender, line.country))
        return Step(name, ok, _("A number that can be answered") if ok else _("This is no telephone number"), _("Write it as +358…"))
    if sender.isdigit():
        return Step(name, True, _("A short number"))
    ok = len(sender) <= 11 and not gsm7.stranger(sender)
    mend = "" if ok else _("A name has at most 11 letters, digits and spaces; no accents beyond those of GSM")
    return Step(name, ok, _("A name: nobody can answer it"), mend)


def _smpp(line: LineView) -> Iterator[Step]:
    where = f"{line.settings.host}:{line.settings.port}"
    try:
        asyncio.run(_knock(line))
        yield Step(_("Connection to %s") % where, True)
    except ChannelError as error:
        mend = _("Check address, port and TLS; the operator may have to allow this machine's address")
        yield Step(_("Connection to %s") % where, False, error.words, mend)
        return
    for role in _roles(line):
        yield _bound(line, role)


def _roles(line: LineView) -> tuple[Role, ...]:
    return ("transmitter", "receiver") if line.settings.bind == "separate" else ("transceiver",)


def _bound(line: LineView, role: Role) -> Step:
    name = _("Sign-in as %s") % role
    try:
        asyncio.run(_bind_once(line, role))
    except Misconfigured as error:
        mend = _("Check system id, password and system type; ask the operator which kinds of session they allow")
        return Step(name, False, error.words, mend)
    except ChannelError as error:
        return Step(name, False, error.words, _("Try again in a minute; the operator may allow one session only, which is in use"))
    return Step(name, True)


async def _knock(line: LineView) -> None:
    _reader, writer = await connect(line.settings)
    writer.close()


async def _bind_once(line: LineView, role: Role) -> None:
    session = await bind(line.settings, role)
    await session.unbind()


def _http(line: LineView) -> Iterator[Step]:
    """A message without a receiver: a gateway that knows us says 400 or 422, one that does not says 401."""
    name = _("Gateway %s") % line.settings.url
    try:
        with http.client(timeout=10) as client:
            answer = client.post(line.settings.url, json={"check": True}, headers=gateway.credentials(line))
    except (httpx.HTTPError, httpx.InvalidURL, PrivateAddress) as error:
        yield Step(name, False, str(error), _("Check the address; it must be reachable from this machine"))
        return
    yield Step(name, True, _("It answers"))
    known = answer.is_success or answer.status_code in (400, 422)
    words = _("It knows us") if known else gateway.problem(answer).words
    yield Step(_("Token"), known, words, "" if known else _("Copy the token from the gateway's own pages once more"))
    yield Step(_("Webhook"), True, _("Give the gateway this address: %s") % f"{line.public_url}/in/{line.token}/")
