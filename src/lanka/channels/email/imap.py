"""One IMAP session, as much of it as reading a mailbox needs. Blocking: it runs in a thread."""

from __future__ import annotations

import contextlib
import email.utils
import imaplib
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from lanka.channels.email.connection import guarded_socket
from lanka.channels.email.settings import Settings
from lanka.channels.errors import Misconfigured, Unavailable
from lanka.core.addresses import PrivateAddress

TIMEOUT = 30.0
tls_context: ssl.SSLContext | None = None  # tests put one here that trusts their own certificate


@dataclass(frozen=True, slots=True)
class Fetched:
    uid: int
    data: bytes
    date: str  # INTERNALDATE, RFC 2822
    size: int
    cut: bool  # larger than we take: only its beginning


class Guarded(imaplib.IMAP4):
    """Connects to an address that was looked at."""

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return guarded_socket(self.host, self.port)


class GuardedTls(Guarded):
    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        return context().wrap_socket(guarded_socket(self.host, self.port), server_hostname=self.host)


def context() -> ssl.SSLContext:
    return tls_context or ssl.create_default_context()


class Client(IMAPClient):
    """IMAPClient with a guarded socket."""

    def _create_IMAP4(self) -> Any:  # noqa: N802
        return (GuardedTls if self.ssl else Guarded)(self.host, self.port)


class Mailbox:
    def __init__(self, client: IMAPClient, folder: str) -> None:
        self.client = client
        chosen = client.select_folder(folder, readonly=True)
        self.folder = folder
        self.validity = int(chosen[b"UIDVALIDITY"])
        self.idles = b"IDLE" in client.capabilities()
        self.next_uid = int(chosen.get(b"UIDNEXT") or 0) or self._highest() + 1
        self.closing = threading.Event()

    def _highest(self) -> int:
        return max(self.client.search(["ALL"]), default=0)

    def above(self, uid: int) -> list[int]:
        """'7:*' always names the last mail, also if its uid is 3."""
        return sorted(found for found in self.client.search(["UID", f"{uid + 1}:*"]) if found > uid)

    def fetch(self, uid: int, limit: int) -> Fetched | None:
        """None: it was taken away meanwhile. Flags stay as they are."""
        about = self.client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
        if not about:
            return None
        size = int(about.get(b"RFC822.SIZE") or 0)
        what = f"BODY.PEEK[]<0.{limit}>" if size > limit else "BODY.PEEK[]"
        found = self.client.fetch([uid], [what]).get(uid) or {}
        data = next((value for name, value in found.items() if name.startswith(b"BODY[]")), None)
        if data is None:
            return None
        date = about.get(b"INTERNALDATE")
        stated = email.utils.format_datetime(date.astimezone()) if isinstance(date, datetime) else ""
        return Fetched(uid, bytes(data), stated, size, size > limit)

    def wait(self, seconds: float) -> None:
        """Until something comes, at most so long. Raises what a broken connection raises."""
        if not self.idles:
            self.closing.wait(seconds)
            self.client.noop()
            return
        self.client.idle()
        try:
            self.client.idle_check(timeout=seconds)
        finally:
            with contextlib.suppress(IMAPClientError, OSError, ValueError):
                self.client.idle_done()

    def close(self) -> None:
        self.closing.set()
        with contextlib.suppress(Exception):
            self.client.socket().shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(Exception):
            self.client.shutdown()


def opened(settings: Settings) -> Mailbox:
    """Connected, encrypted, signed in, the folder chosen for reading only. Raises Misconfigured, Unavailable."""
    client = connected(settings)
    try:
        signed_in(client, settings)
        return chosen(client, settings)
    except BaseException:
        with contextlib.suppress(Exception):
            client.shutdown()
        raise


def connected(settings: Settings) -> Client:
    where = f"{settings.imap_host}:{settings.imap_port}"
    if not settings.imap_host:
        raise Misconfigured("no IMAP server is set")
    try:
        client = Client(settings.imap_host, settings.imap_port, ssl=settings.imap_security == "tls", timeout=TIMEOUT)
        if settings.imap_security == "starttls":
            client.starttls(context())
        return client
    except PrivateAddress as error:
        raise Misconfigured(f"{error}; an operator may allow it with LANKA_ALLOW_PRIVATE=1") from error
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(f"the certificate of {where} is not valid: {error.verify_message}") from error
    except ssl.SSLError as error:
        raise Misconfigured(f"{where} does not speak TLS this way; try the other kind of encryption") from error
    except (OSError, IMAPClientError, imaplib.IMAP4.error) as error:
        raise Unavailable(f"{where} cannot be reached: {error}") from error


def signed_in(client: Client, settings: Settings) -> None:
    try:
        client.login(settings.imap_user or settings.address, settings.imap_password.get_secret_value())
    except (IMAPClientError, imaplib.IMAP4.error) as error:
        raise Misconfigured(f"sign-in at {settings.imap_host} failed: {error}") from error
    except OSError as error:
        raise Unavailable(f"{settings.imap_host} broke off: {error}") from error


def chosen(client: Client, settings: Settings) -> Mailbox:
    try:
        return Mailbox(client, settings.imap_folder)
    except (IMAPClientError, imaplib.IMAP4.error, KeyError) as error:
        raise Misconfigured(f"the folder “{settings.imap_folder}” cannot be opened: {error}") from error
    except OSError as error:
        raise Unavailable(f"{settings.imap_host} broke off: {error}") from error
