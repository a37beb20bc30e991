"""Our own marks in mails, and how they are found again. All are signed: nobody gets into a thread by inventing one.

- Message-ID `<outbound id-thread.mark@domain>`: comes back in In-Reply-To, References and delivery reports;
- `X-Lanka-Id`, the same: for relays that write their own Message-ID;
- plus-address `inbox+token@domain`: comes back as recipient even from programs that send no References;
- return address `inbox+b<id>.mark@domain` (where the line uses it): says which message bounced, whatever the report looks like.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable

from lanka.core import threads

MARKER = "X-Lanka-Id"
MAX_LOCAL = 64  # RFC 5321
ID = re.compile(r"<([^<>\s]{1,300})>")
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
UUID_VALUE = re.compile(rf"({UUID})(?:-([a-z0-9-]+))?")
FORM = re.compile(rf"{UUID}(?:-[a-z0-9-]{{1,40}})?\.[a-z2-7]{{16}}@[^@]{{1,255}}")
BARE = re.compile(r"[^\s<>\"']{1,200}@[^\s<>\"']{1,200}")


def message_id(outbound_id: str, domain: str, thread: str = "") -> str:
    """`thread`: the token of the thread; its value goes into the id, so that an answer to this mail alone proves the thread."""
    value = threads.read(thread) if thread else None
    local = outbound_id.lower() + (f"-{value}" if value else "")
    try:
        return f"<{threads.sign(local)}@{domain}>"
    except ValueError:  # an id or a value of other signs or too long: still unique, but it proves nothing
        return f"<{re.sub(r'[^a-z0-9-]', '-', local)[:100]}@{domain}>"


def outbound_of(message_id: str) -> str:
    """The Outbound.id in one of our message ids; '' if it is not ours."""
    return _read(message_id)[0]


def thread_of(message_id: str) -> str:
    """The token of the thread that one of our message ids proves; '' if it proves none."""
    value = _read(message_id)[1]
    return threads.sign(value) if value else ""


def looks_ours(message_id: str) -> bool:
    """Has the form of our ids, whoever signed it: from before the key was changed, or invented. Only an exact match may count."""
    return bool(FORM.fullmatch(message_id.strip(" <>\t").lower()))


def _read(message_id: str) -> tuple[str, str]:
    local = threads.read(message_id.strip(" <>\t").rpartition("@")[0]) or ""
    found = UUID_VALUE.fullmatch(local)
    return (found[1], found[2] or "") if found else ("", "")


def ids(header: str) -> tuple[str, ...]:
    """All message ids in a header's text, with their angle brackets, without repetition."""
    found = [f"<{one}>" for one in ID.findall(header[:60_000])] or [f"<{one}>" for one in BARE.findall(header[:60_000])]
    return tuple(dict.fromkeys(found))[:200]


def plus(address: str, token: str) -> str:
    """`inbox+token@domain`, or the address as it is when that would be too long."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}" if token and len(local) + 1 + len(token) <= MAX_LOCAL else address


def without_plus(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def return_token(outbound_id: str) -> str:
    """For the envelope's sender. Raises ValueError if the id is no UUID."""
    return threads.sign(f"b{uuid.UUID(outbound_id).hex}")


def tokens(addresses: Iterable[str]) -> tuple[list[str], list[str]]:
    """(thread tokens, ids of outbound messages) in plus-addresses; only what we signed."""
    proofs: list[str] = []
    bounced: list[str] = []
    for address in addresses:
        token = address.rpartition("@")[0].rpartition("+")[2].lower()
        value = threads.read(token) if token else None
        if value is None:
            continue
        if re.fullmatch(r"b[0-9a-f]{32}", value):
            bounced.append(str(uuid.UUID(value[1:])))
        elif token not in proofs:
            proofs.append(token)
    return proofs, bounced
