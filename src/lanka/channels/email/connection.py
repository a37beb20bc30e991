"""One SMTP session: opened safely, kept open, and every way it can fail told in one of the closed errors."""

from __future__ import annotations

import errno
import smtplib
import socket
import ssl
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, TypeVar

from lanka.channels.email.settings import Settings
from lanka.channels.errors import ChannelError, Misconfigured, Throttled, Unavailable
from lanka.core import addresses

CONNECT = 10.0  # seconds
COMMAND = 25.0
T = TypeVar("T")


class _Guarded:
    """Connects to an address that was looked at, never to what the name means a moment later; TLS still asks for the name."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return guarded_socket(host, port)


class Plain(_Guarded, smtplib.SMTP):
    pass


class Tls(_Guarded, smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.context.wrap_socket(guarded_socket(host, port), server_hostname=host)


def guarded_socket(host: str, port: int, seconds: float = CONNECT) -> socket.socket:
    """Raises PrivateAddress, OSError."""
    last: OSError = OSError(errno.EHOSTUNREACH, f"{host} has no address")
    for address in addresses.allowed(host, port):
        try:
            found = socket.create_connection((address, port), seconds)
            found.settimeout(COMMAND)
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # the last dot would wait 40 ms for the answer to what went before
            return found
        except OSError as error:
            last = error
    raise last


@cache
def usual_tls() -> ssl.SSLContext:
    """Made once: reading the machine's certificates takes 40 ms."""
    return ssl.create_default_context()


def opened(settings: Settings, tls: ssl.SSLContext | None = None) -> smtplib.SMTP:
    """Connected, encrypted, signed in. Raises Misconfigured, Unavailable, Throttled."""
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    tls = tls or usual_tls()
    try:
        session = connected(settings, tls)
    except addresses.PrivateAddress as error:
        raise Misconfigured(f"{error}; an operator may allow it with LANKA_ALLOW_PRIVATE=1") from error
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(f"the certificate of {where} is not valid: {error.verify_message}") from error
    except ssl.SSLError as error:
        raise Misconfigured(f"{where} does not speak TLS this way ({error.reason}); try the other kind of encryption") from error
    except socket.gaierror as error:
        known = error.errno not in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None))
        raise (Unavailable if known else Misconfigured)(f"the name {settings.smtp_host} cannot be resolved") from error
    except smtplib.SMTPResponseException as error:
        raise Unavailable(f"{where} turned us away: {answer(error.smtp_code, error.smtp_error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(f"{where} cannot be reached: {error}") from error
    try:
        secured(session, settings, tls, where)
    except ChannelError:
        session.close()
        raise
    return session


def connected(settings: Settings, tls: ssl.SSLContext) -> smtplib.SMTP:
    name = settings.domain
    if settings.smtp_security == "tls":
        return Tls(settings.smtp_host, settings.smtp_port, local_hostname=name, timeout=CONNECT, context=tls)
    return Plain(settings.smtp_host, settings.smtp_port, local_hostname=name, timeout=CONNECT)


def secured(session: smtplib.SMTP, settings: Settings, tls: ssl.SSLContext, where: str) -> None:
    try:
        session.ehlo_or_helo_if_needed()
        if settings.smtp_security == "starttls":
            if not session.has_extn("starttls"):
                raise Misconfigured(f"{where} offers no STARTTLS; choose TLS, or none inside your own network")
            session.starttls(context=tls)
            session.ehlo()
        if settings.smtp_user:
            session.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(f"the certificate of {where} is not valid: {error.verify_message}") from error
    except ssl.SSLError as error:
        raise Misconfigured(f"TLS with {where} failed: {error.reason}") from error
    except smtplib.SMTPAuthenticationError as error:
        refused = 500 <= error.smtp_code < 600
        raise (Misconfigured if refused else Unavailable)(
            f"sign-in at {where} failed: {answer(error.smtp_code, error.smtp_error)}"
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Misconfigured(f"{where} asks for no sign-in here, or not without encryption: {error}") from error
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise Unavailable(f"{where} broke off: {error}") from error


def answer(code: int, words: bytes | str) -> str:
    """The server's words, one line, no more than people read."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return f"{code} {' '.join(text.split())}"[:400]


def asked(what: str, call: Callable[[], tuple[int, bytes]]) -> tuple[int, str]:
    """One command and its answer. A session that breaks here took nothing. Raises Unavailable, Throttled."""
    return judged(*asked_raw(what, call))


def asked_raw(what: str, call: Callable[[], tuple[int, bytes]]) -> tuple[int, str]:
    """The answer whatever it is. Raises Unavailable when the session breaks."""
    try:
        code, words = call()
    except (smtplib.SMTPException, OSError, UnicodeError, AttributeError) as error:
        raise Unavailable(f"the connection broke at {what}: {error}") from error
    if code == -1:
        raise Unavailable(f"the connection broke at {what}")
    return code, answer(code, words)


def judged(code: int, text: str) -> tuple[int, str]:
    """Raises Unavailable, Throttled for what the server may take later."""
    if code == 421:
        raise Unavailable(text, after=timedelta(minutes=1))
    if 400 <= code < 500:
        raise later(code, text)
    return code, text


def later(code: int, text: str) -> ChannelError:
    """450, 451 and 452 are said to slow us down or to grey-list us; other 4xx mean that something there is broken."""
    if code in (450, 451, 452):
        return Throttled(text, after=timedelta(minutes=5))
    return Unavailable(text, after=timedelta(minutes=2))


def quietly_closed(session: Any) -> None:
    try:
        session.close()
    except (OSError, smtplib.SMTPException):
        return
