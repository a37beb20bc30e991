"""A network printer by IPP (RFC 8011; IPP Everywhere): Print-Job, and Get-Jobs to learn what came of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from lanka.channels.base import ChannelError, Misconfigured, Step, Throttled, Unavailable, Uncertain
from lanka.channels.letter import ippwire as wire
from lanka.channels.letter.handover import Ack
from lanka.channels.letter.piece import Piece
from lanka.channels.letter.settings import Settings
from lanka.core import addresses, http

PREFIX = "lanka-"  # of our jobs' names; the piece's number follows
ENDED = {wire.COMPLETED: "printed", wire.ABORTED: "failed", wire.CANCELED: "failed"}
BUSY = (0x0504, 0x0505, 0x0506, 0x0507)  # device error, temporary error, not accepting jobs, busy


class Printer:
    def __init__(self, settings: Settings) -> None:
        self.uri = settings.printer
        self.url = http_address(settings.printer)

    def put(self, piece: Piece) -> None:
        name = PREFIX + piece.number
        if any(job.get("job-name") == name for which in ("not-completed", "completed") for job in self._jobs(which)):
            return  # an earlier try got that far
        asked = {"job-name": name, "document-name": piece.file, "document-format": "application/pdf"}
        how = {
            "copies": 1,
            "sides": "two-sided-long-edge" if piece.duplex else "one-sided",
            "print-color-mode": "color" if piece.colour else "monochrome",
        }
        self._call(wire.PRINT_JOB, asked, how, piece.pdf)

    def _jobs(self, which: str) -> list[wire.Attributes]:
        wanted = ["job-id", "job-name", "job-state", "job-state-reasons", "date-time-at-completed"]
        return self._call(wire.GET_JOBS, {"limit": 500, "which-jobs": which, "requested-attributes": wanted}).of(wire.JOB)

    def acks(self) -> list[Ack]:
        """The printer's own list of ended jobs; who asks again hears the same, and the key makes it one."""
        return [ack for job in self._jobs("completed") if (ack := ack_of(job))]

    def done(self, ack: Ack) -> None:
        """The printer forgets by itself."""

    def steps(self) -> Iterator[Step]:
        try:
            told = self._call(wire.GET_PRINTER, {"requested-attributes": "all"}).first(wire.PRINTER)
        except ChannelError as error:
            yield Step(
                "ask the printer", False, error.words, "see that it is on, that its address is right and that IPP is not switched off"
            )
            return
        yield Step("ask the printer", True, str(told.get("printer-make-and-model") or self.uri))
        formats = told.get("document-format-supported") or []
        takes_pdf = "application/pdf" in ([formats] if isinstance(formats, str) else formats)
        yield Step("takes PDF", takes_pdf, "", "" if takes_pdf else "put a print server (CUPS) in front of it")
        accepts = bool(told.get("printer-is-accepting-jobs", True))
        yield Step("accepts jobs", accepts, str(told.get("printer-state-reasons") or ""), "" if accepts else "look at the printer")

    def _call(self, operation: int, asked: dict[str, Any], how: dict[str, Any] | None = None, document: bytes = b"") -> wire.Message:
        """Raises Misconfigured, Unavailable, Throttled; Uncertain only when a document was on its way."""
        if not self.uri:
            raise Misconfigured("no printer is set")
        common = {"attributes-charset": "utf-8", "attributes-natural-language": "en", "printer-uri": self.uri}
        groups = [(wire.OPERATION, {**common, "requesting-user-name": "lanka", **asked}), *([(wire.JOB, how)] if how else [])]
        octets = wire.encode(wire.Message(operation, groups, document))
        try:
            with http.client(timeout=30) as client:
                answer = client.post(self.url, content=octets, headers={"content-type": "application/ipp"})
        except addresses.PrivateAddress as error:
            raise Misconfigured(f"{error}; set LANKA_ALLOW_PRIVATE=1 where that is meant") from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unavailable(f"the printer does not answer: {error}") from error
        except httpx.HTTPError as error:
            raise (Uncertain if document else Unavailable)(f"the connection to the printer broke: {error}") from error
        return read(answer, Uncertain if document else Unavailable)


def http_address(uri: str) -> str:
    """'ipp://printer/ipp/print' → 'http://printer:631/ipp/print' (RFC 3510)."""
    found = re.match(r"ipp(s?)://([^/:]+|\[[^\]]+\])(:\d+)?(/.*)?$", uri)
    return f"http{found[1]}://{found[2]}{found[3] or ':631'}{found[4] or '/'}" if found else uri


def read(answer: httpx.Response, unclear: type[ChannelError]) -> wire.Message:
    """From status 0x0400 on the printer refuses: there is no job."""
    if answer.status_code in (401, 403, 404, 405):
        raise Misconfigured(f"the printer answers HTTP {answer.status_code} at {answer.url}")
    if answer.status_code != 200:
        raise Unavailable(f"the printer answers HTTP {answer.status_code}")
    try:
        message = wire.decode(answer.content)
    except wire.Broken as error:
        raise unclear(f"the printer's answer cannot be read: {error}") from error
    if message.code in BUSY:
        raise Throttled("the printer is busy")
    if message.code >= 0x0500:
        raise Unavailable(f"the printer is in trouble: {message.code:#06x}")
    if message.code >= 0x0400:
        raise Misconfigured(f"the printer refuses the job: {message.code:#06x}")
    return message


def ack_of(job: wire.Attributes) -> Ack | None:
    """None for strangers' jobs and for what still runs."""
    name, state = str(job.get("job-name", "")), ENDED.get(job.get("job-state", 0))
    if not name.startswith(PREFIX) or state is None:
        return None
    at, why = job.get("date-time-at-completed"), job.get("job-state-reasons") or ""
    told = {
        "piece": name.removeprefix(PREFIX),
        "state": state,
        "at": (at if isinstance(at, datetime) else datetime.now(UTC)).isoformat(timespec="seconds"),
        "why": (why if isinstance(why, str) else ", ".join(why)) if state == "failed" else "",
        "job": job.get("job-id", 0),
    }
    return Ack(name, f"ipp:{told['piece']}:{state}", json.dumps(told).encode())
