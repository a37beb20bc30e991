"""'Test this line': every step on the way in and out, and how to mend the one that fails. No mail is sent to anybody."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator

from django.utils.translation import gettext as _

from lanka import config
from lanka.channels.base import LineView, Step
from lanka.channels.email import imap, records, send, sign
from lanka.channels.email.connection import answer, connected, quietly_closed, secured
from lanka.channels.email.settings import Settings
from lanka.channels.errors import ChannelError
from lanka.core import addresses


def steps(line: LineView) -> Iterator[Step]:
    settings: Settings = line.settings
    if settings.smtp_host:
        yield from outgoing(settings)
    else:
        yield Step(_("Outgoing mail"), True, _("No SMTP server is set: this mailbox only receives"))
    if settings.incoming == "imap":
        yield from mailbox(settings)
    elif settings.incoming == "listener":
        yield listening()
    yield from signing(settings)
    yield from records.steps(settings)


def resolved(host: str, port: int) -> Step:
    name = _("The name %s is known") % host
    try:
        found = addresses.allowed(host, port)
    except addresses.PrivateAddress as error:
        mend = _("Use the public name of the mail server, or let an operator start Lanka with LANKA_ALLOW_PRIVATE=1")
        return Step(name, False, str(error), mend)
    except OSError as error:
        return Step(name, False, str(error), _("Check the spelling; ask your mail provider for the server's name"))
    return Step(name, True, ", ".join(found[:4]))


def outgoing(settings: Settings) -> Iterator[Step]:
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    first = resolved(settings.smtp_host, settings.smtp_port)
    yield first
    if not first.ok:
        return
    tls = send.tls_context or ssl.create_default_context()
    try:
        session = connected(settings, tls)
    except (OSError, smtplib.SMTPException) as error:
        mend = _("Check port and encryption: 587 with STARTTLS and 465 with TLS are usual; a firewall here may close port 25")
        yield Step(_("SMTP connection to %s") % where, False, str(error), mend)
        return
    try:
        yield Step(_("SMTP connection to %s") % where, True)
        yield from signed_in(session, settings, lambda: secured(session, settings, tls, where))
    finally:
        quietly_closed(session)


def signed_in(session: smtplib.SMTP, settings: Settings, secure: Callable[[], None]) -> Iterator[Step]:
    name = _("Encryption and sign-in as %s") % settings.smtp_user if settings.smtp_user else _("Encryption")
    try:
        secure()
    except ChannelError as error:
        mend = _("Check user and password; many providers want an app password, and SMTP switched on for the mailbox")
        yield Step(name, False, error.words, mend)
        return
    yield Step(name, True, _("not encrypted") if settings.smtp_security == "none" else "")
    name = _("Sending as %s is allowed") % settings.address
    try:
        code, words = session.mail(settings.address)
        session.rset()
    except (OSError, smtplib.SMTPException) as error:
        code, words = 0, str(error).encode()
    said = answer(code, words)
    yield Step(name, code == 250, said, "" if code == 250 else _("Allow this sender at your provider, or sign in as its owner"))


def mailbox(settings: Settings) -> Iterator[Step]:
    first = resolved(settings.imap_host, settings.imap_port)
    yield first
    if not first.ok:
        return
    name = _("Mailbox %s by IMAP") % (settings.imap_user or settings.address)
    try:
        box = imap.opened(settings)
    except ChannelError as error:
        mend = _("Check port, encryption, user and password; many providers want an app password, and IMAP switched on")
        yield Step(name, False, error.words, mend)
        return
    words = _("It tells us at once when mail comes (IDLE)") if box.idles else _("No IDLE: we look once a minute")
    box.close()
    yield Step(name, True, words)


def listening() -> Step:
    host, port = config.text("LANKA_SMTP_HOST", "127.0.0.1"), config.number("LANKA_SMTP_PORT", 2525)
    name = _("Lanka's mail listener on %s") % f"{host}:{port}"
    try:
        with socket.create_connection((host, port), 3) as open_socket:
            open_socket.settimeout(3)
            greeting = open_socket.recv(200).decode("latin-1").strip()
    except OSError as error:
        mend = _("Save the line and test again: the listener starts with it. Then point the domain's MX, or your mail server, here")
        return Step(name, False, str(error), mend)
    return Step(name, greeting.startswith("220"), greeting)


def signing(settings: Settings) -> Iterator[Step]:
    if not settings.dkim_selector:
        return
    name = _("DKIM key")
    try:
        key = sign.load(settings.dkim_private_key.get_secret_value())
    except sign.BadKey as error:
        yield Step(name, False, str(error), _("Make one: openssl genrsa 2048"))
        return
    yield Step(name, True, sign.record(key))
