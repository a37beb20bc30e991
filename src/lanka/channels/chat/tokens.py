"""What the edge signs: who a visitor is, which file they may fetch, the way back from a mail, the code that proves an address.

Every signature is under a key of its own derived from the installation's secret, and bound to the line.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from lanka.channels.base import Forged
from lanka.core.ids import uuid7
from lanka.core.secrets import derived

LINK_LIFE = timedelta(days=30)
CODE_STEP = 600  # seconds; a code lives for this step and the two after it
VISITOR = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$")


def _mac(purpose: str, *parts: str) -> bytes:
    return hmac.new(derived(f"chat.{purpose}"), "\0".join(parts).encode("utf-8", "replace"), hashlib.sha256).digest()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _sealed(purpose: str, line: str, *parts: str) -> str:
    return _text(_mac(purpose, line, *parts)[:24])


def _check(sealed: str, purpose: str, line: str, *parts: str) -> None:
    if not hmac.compare_digest(sealed.encode(), _sealed(purpose, line, *parts).encode()):
        raise Forged("this token is not one of ours")


def is_visitor(value: str) -> bool:
    return bool(VISITOR.match(value))


def new_visitor() -> str:
    return str(uuid7())


def visitor_token(line: str, visitor: str) -> str:
    """`line` is the line's own token: a visitor of one line is nobody on another."""
    return f"{visitor}.{_sealed('visitor', line, visitor)}"


def visitor_of(line: str, token: str) -> str:
    """Raises Forged."""
    visitor, _, sealed = token.partition(".")
    if not is_visitor(visitor):
        raise Forged("this token is not one of ours")
    _check(sealed, "visitor", line, visitor)
    return visitor


def link_token(line: str, visitor: str, now: datetime) -> str:
    until = str(int((now + LINK_LIFE).timestamp()))
    return f"{visitor}.{until}.{_sealed('link', line, visitor, until)}"


def linked(line: str, token: str, now: datetime) -> str:
    """The visitor whose thread the link opens. Raises Forged, also when it is too old."""
    visitor, until, sealed = [*token.split("."), "", ""][:3]
    _check(sealed, "link", line, visitor, until)
    if int(until) < now.timestamp():
        raise Forged("this link is too old")
    return visitor


@dataclass(frozen=True, slots=True)
class FileRef:
    sha256: str
    name: str
    content_type: str
    size: int


def file_token(line: str, visitor: str, file: FileRef) -> str:
    """Who has it may fetch the file; the visitor in it says whose upload it was."""
    body = _text(json.dumps([visitor, file.sha256, file.name, file.content_type, file.size], ensure_ascii=False).encode())
    return f"{body}.{_sealed('file', line, body)}"


def file_of(line: str, token: str) -> tuple[str, FileRef]:
    """(visitor, file). Raises Forged."""
    body, _, sealed = token.partition(".")
    _check(sealed, "file", line, body)
    try:
        visitor, sha256, name, content_type, size = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error) as error:  # cannot be: we sealed it
        raise Forged("this token is not one of ours") from error
    return visitor, FileRef(sha256, name, content_type, size)


def _code(line: str, visitor: str, address: str, step: int) -> str:
    number = int.from_bytes(_mac("code", line, visitor, address.strip().lower(), str(step))[:8], "big")
    return f"{number % 1_000_000:06}"


def proof_code(line: str, visitor: str, address: str, at: datetime) -> str:
    return _code(line, visitor, address, int(at.timestamp()) // CODE_STEP)


def proves(line: str, visitor: str, address: str, code: str, now: datetime) -> bool:
    """Guessing is bounded by the edge: five tries for an address in half an hour."""
    step = int(now.timestamp()) // CODE_STEP
    typed = "".join(c for c in code if c.isdigit()).encode()
    return any(hmac.compare_digest(typed, _code(line, visitor, address, step - back).encode()) for back in range(3))


def proof_key(address: str) -> str:
    """The transcript key under which all visitors who proved the same address find each other."""
    return "proof:" + hashlib.sha256(address.strip().lower().encode()).hexdigest()


def new_key(visitor: str, what: str, id: UUID | str | int) -> str:
    return f"{what}:{visitor}:{id}"
