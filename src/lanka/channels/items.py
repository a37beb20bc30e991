"""What goes through a channel, as plain data: known identifiers, messages in and out, happenings, receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

IdentifierKind = Literal["email", "phone", "visitor", "card", "order", "crm", "account", "postal"]


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that tells who somebody is. `kind="account"` is an id at a provider: its value is '<provider>:<id>'.

    `proven`: the wire itself shows that this person holds it (the sender of an SMS, the address that a mail came from).
    What somebody merely typed is not proven; it never joins two people.
    """

    kind: IdentifierKind
    value: str
    proven: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. `inline_id` is the Content-ID that an HTML body points at, empty for a real attachment.

    `ref`: it still lies at the provider under this id, `data` is empty, and the channel `Fetches` it.
    """

    name: str
    content_type: str
    data: bytes
    inline_id: str = ""
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """What arrived, as it came. `headers` have lower-case names. `path` is what follows `/in/<line>/`."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    path: str = ""
    query: str = ""
    remote: str = ""
    received_at: datetime | None = None
    key: str = ""  # the provider's own id of this delivery where the wire has one; else the body's hash is used


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a customer. `key` makes it idempotent within its line: the provider's message id."""

    key: str
    at: datetime
    sender: Known
    text: str = ""
    html: str = ""
    subject: str = ""
    sender_name: str = ""
    also: tuple[Known, ...] = ()  # whatever else the wire tells about the sender, or the sender about themselves
    files: tuple[File, ...] = ()
    language: str = ""  # BCP 47, where the wire tells
    thread: tuple[str, ...] = ()  # our own tokens found in it (plus-address, Message-ID): proof of the thread
    replies_to: tuple[str, ...] = ()  # ids of messages it says it answers, nearest first: a hint, not proof
    message_id: str = ""  # how later messages will point at this one
    participants: tuple[Known, ...] = ()  # others who can read it (cc, group)
    automatic: bool = False  # out-of-office and the like: kept, never answered by a machine
    folded: str = ""  # quoted text and signature that `text` no longer holds
    to: str = ""  # which of our addresses it was sent to
    data: Mapping[str, Any] = field(default_factory=dict)  # whatever is worth keeping beside


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened and asks for no answer: a visit, a purchase, a page left, a parcel fetched."""

    key: str
    at: datetime
    who: Known
    kind: str  # 'visit', 'purchase', 'pickup', 'note', 'left', 'consent' ...: the timeline's words
    text: str = ""
    also: tuple[Known, ...] = ()
    name: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


ReceiptState = Literal["accepted", "sent", "printed", "posted", "delivered", "read", "failed", "bounced", "returned", "complained"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of something we sent. `ref` is the provider's id of it (`Sent.ref`) or our `Outbound.id`."""

    key: str
    at: datetime
    ref: str
    state: ReceiptState
    why: str = ""  # the provider's words
    permanent: bool = False  # a bounce that will not heal: the address is suppressed
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """One row of an `Advice`: so many messages from this server, and what the receiver made of them."""

    address: str
    count: int
    disposition: str  # 'none', 'quarantine', 'reject'
    dkim: bool  # passed and aligned
    spf: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What a receiver saw of messages in our domain's name (DMARC): of nobody, for the operator."""

    key: str
    reporter: str
    domain: str
    begins_at: datetime
    ends_at: datetime
    rows: tuple[Seen, ...]


Item = Inbound | Happening | Receipt | Advice


@dataclass(frozen=True, slots=True)
class Sender:
    """Who speaks: a brand, by one of its people. Colours and texts are the brand's tokens."""

    brand: str
    name: str = ""  # the agent, as the customer may know them
    tokens: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to one address, already composed for this channel."""

    id: str  # UUIDv7, unguessable, and the idempotency key towards the provider
    to: str
    text: str
    sender: Sender
    html: str = ""
    subject: str = ""
    to_name: str = ""
    files: tuple[File, ...] = ()
    language: str = "en"
    message_id: str = ""  # how an answer will point at it
    replies_to: tuple[str, ...] = ()  # message ids of the thread, oldest first
    thread: str = ""  # signed token that proves the thread when it comes back
    attempt: int = 1
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took it. `final`: no receipt will ever follow. `cost` in minor units of `currency`."""

    ref: str
    parts: int = 1
    cost: int = 0
    currency: str = "EUR"
    final: bool = False
    state: ReceiptState = "accepted"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a line can do, as data: nobody else asks for its kind."""

    address: IdentifierKind  # what it sends to
    speaks: bool = True  # can send at all
    listens: bool = True  # can receive
    subject: bool = False
    html: bool = False
    files: bool = False
    file_limit: int = 0  # bytes, all files together
    text_limit: int = 0  # characters, 0 = none
    segmented: bool = False  # counted and paid by the segment (`Channel.measure`)
    buttons: int = 0
    typing: bool = False
    receipts: tuple[ReceiptState, ...] = ()
    reply_window: timedelta | None = None  # only so long after the customer's last message
    must_be_online: bool = False  # reaches a person only while they are there
    follow_after: timedelta | None = None  # what was not seen there by then follows on another channel
    first_contact: bool = True  # may start; False: the customer must have written first
    paper: bool = False
    previews: bool = False  # `Channel.preview` shows it as it will arrive
    repeat_safe: bool = False  # the provider honours our id: an uncertain attempt may be repeated
    cost: int = 0  # minor units a message (or a segment), as told by the line's settings
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is in this channel: `parts` are paid for, `left` characters fit before the next part."""

    parts: int
    left: int
    note: str = ""  # 'GSM-7', 'UCS-2: "ą" needs it'


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one message lies in what was gathered (`Gathers`). `id`: of its Outbound; `number`: by which it is found again."""

    id: str
    place: int
    number: str
    first_page: int
    pages: int
    sheets: int
    country: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """Many messages as one: a PDF, its manifest (JSON), the same as a table (CSV)."""

    pdf: bytes
    manifest: bytes
    table: bytes
    placed: tuple[Placed, ...]
    pages: int
