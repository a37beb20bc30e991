"""One IMAP session, as much of it as reading a mailbox needs. Blocking: it runs in a thread.

imaplib speaks the protocol; it reads through our buffer, so that we can wait on the socket (IDLE) and know what is read already.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import select
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from lanka.channels.email.connection import guarded_socket
from lanka.channels.email.settings import Settings
from lanka.channels.errors import Misconfigured, Unavailable
from lanka.core.addresses import PrivateAddress

TIMEOUT = 60.0
LONGEST_LINE = 4_000_000  # a search in a full mailbox answers with all its numbers in one line
tls_context: ssl.SSLContext | None = None  # tests put one here that trusts their own certificate


def context() -> ssl.SSLContext:
    return tls_context or ssl.create_default_context()


class Session(imaplib.IMAP4):
    """Connects to an address that was looked at; `tls` from the first byte."""

    def __init__(self, host: str, port: int, tls: bool) -> None:
        self.tls = tls
        self.buffer = bytearray()
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        plain = guarded_socket(self.host, self.port)
        plain.settimeout(TIMEOUT)
        return context().wrap_socket(plain, server_hostname=self.host) if self.tls else plain

    def _fill(self) -> None:
        data = self.sock.recv(65_536)
        if not data:
            raise imaplib.IMAP4.abort("the server hung up")
        self.buffer += data

    def read(self, size: int) -> bytes:
        while len(self.buffer) < size:
            self._fill()
        return self._taken(size)

    def readline(self) -> bytes:
        start = 0
        while (end := self.buffer.find(b"\n", start)) == -1:
            start = len(self.buffer)
            if start > LONGEST_LINE:
                raise imaplib.IMAP4.abort("a line without end")
            self._fill()
        return self._taken(end + 1)

    def _taken(self, size: int) -> bytes:
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def encrypt(self) -> None:
        """STARTTLS. What was sent in the clear behind the answer is thrown away: somebody may have put it there."""
        if "STARTTLS" not in self.capabilities:
            raise Misconfigured(f"{self.host} offers no STARTTLS; choose TLS")
        self._simple_command("STARTTLS")
        self.buffer.clear()
        self.sock = context().wrap_socket(self.sock, server_hostname=self.host)
        self._get_capabilities()  # type: ignore[attr-defined]

    def wait(self, seconds: float) -> None:
        """IDLE until the server says anything, at most so long."""
        tag = self._new_tag()  # type: ignore[attr-defined]
        self.send(tag + b" IDLE\r\n")
        if not self.readline().startswith(b"+"):
            raise imaplib.IMAP4.abort("IDLE was refused")
        until = time.monotonic() + seconds
        while b"EXISTS" not in self.buffer.upper() and (left := until - time.monotonic()) > 0:
            if self.pending() or select.select([self.sock], [], [], left)[0]:
                self._fill()
        self.send(b"DONE\r\n")
        while not self.readline().startswith(tag):
            pass

    def pending(self) -> bool:
        return isinstance(self.sock, ssl.SSLSocket) and self.sock.pending() > 0


@dataclass(frozen=True, slots=True)
class Fetched:
    uid: int
    data: bytes
    date: str  # INTERNALDATE, RFC 2822
    size: int
    cut: bool  # larger than we take: only its beginning


class Mailbox:
    """A folder, opened for reading only: flags stay as they are. Raises imaplib.IMAP4.error, OSError."""

    def __init__(self, session: Session, folder: str) -> None:
        self.session = session
        self.closing = threading.Event()
        said = self._asked(session.select(quoted(folder), readonly=True))
        self.validity = self._number("UIDVALIDITY")
        self.idles = "IDLE" in session.capabilities
        self.next_uid = self._number("UIDNEXT") or (max(self._search("ALL"), default=0) + 1 if said != [b"0"] else 1)

    def _number(self, name: str) -> int:
        found = self.session.response(name)[1]
        return int(found[0]) if found and found[0] else 0

    @staticmethod
    def _asked(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error(str(answer[1][0] if answer[1] else answer[0]))
        return answer[1]

    def _search(self, what: str) -> list[int]:
        found = self._asked(self.session.uid("SEARCH", what))
        return sorted(int(number) for row in found if isinstance(row, bytes) for number in row.split())

    def above(self, uid: int) -> list[int]:
        """'7:*' always names the last mail, also if its uid is 3."""
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def fetch(self, uid: int, limit: int) -> Fetched | None:
        """None: it was taken away meanwhile."""
        about = b" ".join(
            row for row in self._asked(self.session.uid("FETCH", str(uid), "(RFC822.SIZE INTERNALDATE)")) if isinstance(row, bytes)
        )
        stated = re.search(rb"RFC822\.SIZE (\d+)", about)
        if not stated:
            return None
        size = int(stated[1])
        what = f"(BODY.PEEK[]<0.{limit}>)" if size > limit else "(BODY.PEEK[])"
        rows = self._asked(self.session.uid("FETCH", str(uid), what))
        data = next((row[1] for row in rows if isinstance(row, tuple) and b"BODY[]" in row[0]), None)
        return None if data is None else Fetched(uid, data, internal(about), size, size > limit)

    def wait(self, seconds: float) -> None:
        if self.idles:
            self.session.wait(seconds)
        else:
            self.closing.wait(seconds)
            self._asked(self.session.noop())

    def close(self) -> None:
        """From any thread: whoever waits on it wakes with an error."""
        self.closing.set()
        with contextlib.suppress(OSError):
            self.session.sock.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.session.sock.close()


def internal(about: bytes) -> str:
    found = re.search(rb'INTERNALDATE "\s*([^"]+)"', about)
    try:
        return format_datetime(datetime.strptime(found[1].decode(), "%d-%b-%Y %H:%M:%S %z")) if found else ""
    except ValueError:
        return ""


def quoted(folder: str) -> str:
    """Modified UTF-7 (RFC 3501, 5.1.3), in quotes."""
    pieces = []
    for ascii_text, other in re.findall(r"([ -~]+)|([^ -~]+)", folder):
        packed = other.encode("utf-7").decode().strip("+-").replace("/", ",")
        pieces.append(ascii_text.replace("&", "&-") if ascii_text else f"&{packed}-")
    return '"' + "".join(pieces).replace("\\", "\\\\").replace('"', '\\"') + '"'


def opened(settings: Settings) -> Mailbox:
    """Connected, encrypted, signed in, the folder chosen for reading only. Raises Misconfigured, Unavailable."""
    where = f"{settings.imap_host}:{settings.imap_port}"
    session = connected(settings, where)
    step = "sign-in failed"
    try:
        session.login(settings.imap_user or settings.address, settings.imap_password.get_secret_value())
        step = f"the folder “{settings.imap_folder}” cannot be opened"
        return Mailbox(session, settings.imap_folder)
    except (imaplib.IMAP4.abort, OSError) as error:
        session.shutdown()
        raise Unavailable(f"{where} broke off: {error}") from error
    except (imaplib.IMAP4.error, UnicodeError) as error:
        session.shutdown()
        raise Misconfigured(f"{where}: {step}: {error}") from error


def connected(settings: Settings, where: str) -> Session:
    if not settings.imap_host:
        raise Misconfigured("no IMAP server is set")
    try:
        session = Session(settings.imap_host, settings.imap_port, settings.imap_security == "tls")
        if settings.imap_security == "starttls":
            session.encrypt()
        return session
    except PrivateAddress as error:
        raise Misconfigured(f"{error}; an operator may allow it with LANKA_ALLOW_PRIVATE=1") from error
    except ssl.SSLCertVerificationError as error:
        raise Misconfigured(f"the certificate of {where} is not valid: {error.verify_message}") from error
    except ssl.SSLError as error:
        raise Misconfigured(f"{where} does not speak TLS this way; try the other kind of encryption") from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise Unavailable(f"{where} cannot be reached: {error}") from error
