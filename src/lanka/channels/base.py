"""The contract between Lanka and the outside world. A channel is a translator: it knows nobody.

A folder `channels/<kind>/` whose `__init__.py` holds one subclass of `Channel` is a channel. Extra powers are small
protocols, found with isinstance: `Verifies`, `Polls`, `Listens`, `Serves`, `Fetches`, `Gathers`,
`Checks`. What passes through is plain data
(`items.py`); what goes wrong is one of a closed list (`errors.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from lanka.channels.errors import (
    ChannelError,
    Closed,
    Forged,
    Misconfigured,
    NotUnderstood,
    Refused,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
)
from lanka.channels.items import (
    Advice,
    Capabilities,
    File,
    Gathered,
    Happening,
    IdentifierKind,
    Inbound,
    Item,
    Known,
    Measure,
    Outbound,
    Placed,
    Raw,
    Receipt,
    ReceiptState,
    Sender,
    Sent,
)

__all__ = [
    "Advice",
    "Capabilities",
    "Channel",
    "ChannelError",
    "Checks",
    "Closed",
    "Fetches",
    "File",
    "Forged",
    "Gathered",
    "Gathers",
    "Happening",
    "IdentifierKind",
    "Inbound",
    "Inbox",
    "Item",
    "Known",
    "LineView",
    "Listens",
    "Measure",
    "Misconfigured",
    "NotUnderstood",
    "Outbound",
    "Placed",
    "Polls",
    "Raw",
    "Receipt",
    "ReceiptState",
    "Refused",
    "Sender",
    "Sent",
    "Serves",
    "Step",
    "Throttled",
    "Unavailable",
    "Uncertain",
    "Unreachable",
    "Verifies",
]


@dataclass(frozen=True, slots=True)
class LineView:
    """A configured account as its channel sees it: no ORM, so the async edge may hold it."""

    id: int
    token: str  # unguessable, in URLs
    name: str
    kind: str
    settings: Any  # the channel's own Settings, decrypted
    country: str = "FI"  # ISO 3166: for national numbers
    public_url: str = ""  # the https address of this Lanka, no slash at the end
    brand: Mapping[str, str] = field(default_factory=dict)  # brand tokens


class Channel:
    """Subclass this in `channels/<kind>/__init__.py`. One instance serves all lines of its kind and keeps no state of them."""

    kind: ClassVar[str]  # the folder's name
    name: ClassVar[str]  # for people, marked for translation
    color: ClassVar[str] = "oklch(60% .1 265)"  # of its knots on the thread
    Settings: ClassVar[type[BaseModel]]  # fields are the set-up form; SecretStr is encrypted and redacted

    def can(self, line: LineView) -> Capabilities:
        raise NotImplementedError

    def receive(self, line: LineView, raw: Raw) -> Iterable[Item]:
        """Understands one stored payload. May be called again for the same one, must not touch the world."""
        raise NotUnderstood("this channel receives nothing")

    def send(self, line: LineView, out: Outbound) -> Sent:
        """Hands one message over, or raises one of the closed errors. Called in a worker thread."""
        raise Misconfigured("this channel sends nothing")

    def measure(self, line: LineView, text: str) -> Measure:
        return Measure(parts=1, left=0)

    def preview(self, line: LineView, out: Outbound) -> File:
        """What will arrive, as a picture or a PDF (`Capabilities.previews`)."""
        raise Refused("no preview")


@runtime_checkable
class Verifies(Protocol):
    """Checks a webhook before it is stored, and answers a provider's handshake. Runs on the async edge: fast, no I/O."""

    def verify(self, line: LineView, raw: Raw) -> None:
        """Raises Forged. Signature, timestamp and replay window."""

    def answer(self, line: LineView, raw: Raw) -> tuple[int, bytes, str]:
        """What the provider wants to hear: status, body, content type."""


class Inbox(Protocol):
    """Where listeners and pollers put what arrives. Returns when it is durable; True if it was new."""

    async def put(self, line: LineView, raw: Raw) -> bool: ...

    async def recall(self, line: LineView, prefix: str, since: datetime) -> list[Raw]:
        """What this line kept since then under keys that begin so: to join what the wire brings in parts."""
        ...


@runtime_checkable
class Polls(Protocol):
    """Fetches from a provider (IMAP, SFTP) for ever; cancelled to stop. Reconnects by itself."""

    async def poll(self, line: LineView, inbox: Inbox) -> None: ...


@runtime_checkable
class Listens(Protocol):
    """Opens one socket for all its lines (SMTP, SMPP server) for ever; cancelled to stop."""

    async def listen(self, lines: Mapping[int, LineView], inbox: Inbox) -> None: ...


@runtime_checkable
class Serves(Protocol):
    """Answers HTTP on the async edge below `/c/<line token>/`: a Starlette app or any ASGI app."""

    def serve(self) -> Any: ...


@runtime_checkable
class Fetches(Protocol):
    """Gets a file that a message only points at (`File.ref`). Runs in the worker, after `receive`; what it returns is kept."""

    def fetch(self, line: LineView, file: File) -> File:
        """Raises the closed errors. One that is worth another try is tried again for some minutes, then the file is shown as missing."""
        ...


@runtime_checkable
class Gathers(Protocol):
    """Gathers what is due until a cut-off and hands it over as one: paper for a print house."""

    def cut_off(self, line: LineView, before: datetime) -> datetime | None:
        """The last one at or before this moment; None: this line sends one by one."""

    def made(self, line: LineView, out: Outbound) -> tuple[Any, Sent]:
        """One piece, and what it counts as once it is handed over. Runs in a process of its own. Raises the closed errors."""

    def gather(self, line: LineView, name: str, pieces: Sequence[Any], at: datetime) -> Gathered: ...

    def hand_over(self, line: LineView, name: str, pdf: bytes, manifest: bytes, table: bytes) -> None:
        """The same name twice is one batch. Raises Unavailable, Misconfigured, Throttled."""

    def again(self, pdf: bytes, manifest: bytes, name: str, places: range, at: datetime) -> tuple[bytes, bytes, bytes]:
        """Some of a batch for a reprint: PDF, manifest, table."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of 'test this line': what was tried, whether it worked, and how to mend it."""

    name: str
    ok: bool
    words: str = ""
    mend: str = ""


@runtime_checkable
class Checks(Protocol):
    def check(self, line: LineView) -> Iterator[Step]: ...
