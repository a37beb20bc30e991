"""Sending over SMPP from worker threads: one event loop a process holds one bound transmitter a line."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from datetime import timedelta

from django.utils.translation import gettext as _

from lanka.channels.base import LineView
from lanka.channels.errors import ChannelError, Throttled, Unavailable, Uncertain
from lanka.channels.items import Outbound, Sent
from lanka.channels.sms import gsm7, long, numbers, pdu, receipts, status
from lanka.channels.sms.pdu import Pdu
from lanka.channels.sms.session import Lost, Session, bind
from lanka.channels.sms.settings import Settings

PATIENCE = 60  # seconds for one message, less than a worker's lease
LONGEST_QUEUE = 5.0  # seconds to wait for the line's rate before the message goes back to the outbox
FINAL_RECEIPT = 1  # registered_delivery: tell success and failure
TRIES = 4  # of a later part when the first ones are taken already


def pdus(settings: Settings, out: Outbound) -> list[Pdu]:
    """The segments. Only the last one asks for a receipt: a delivery has one id, and a phone shows nothing before the last part."""
    text = gsm7.plain(out.text) if settings.plain_quotes else out.text
    kind, parts = gsm7.split(text)
    coding = kind.data_coding
    if kind is gsm7.GSM7 and settings.alphabet != "gsm7":
        parts, coding = _recoded(text, settings.alphabet, parts)
    source, source_ton, source_npi = numbers.wire(settings.sender)
    to, ton, npi = numbers.wire(out.to)
    common = {"source_addr": source, "source_addr_ton": source_ton, "source_addr_npi": source_npi, "data_coding": coding} | {
        "destination_addr": to,
        "dest_addr_ton": ton,
        "dest_addr_npi": npi,
    }
    if len(parts) == 1 or settings.long_messages == "payload":
        whole = b"".join(parts)
        body, tlvs = (whole, {}) if len(parts) == 1 else (b"", {pdu.MESSAGE_PAYLOAD: whole})
        return [Pdu(pdu.SUBMIT_SM, fields={**common, "short_message": body, "registered_delivery": FINAL_RECEIPT}, tlvs=tlvs)]
    # One message, one reference, also when it is tried again: the phone then takes a repeated part for the same one.
    ref = hashlib.sha256(out.id.encode()).digest()[0]
    cut = [long.header(long.Part(ref, len(parts), number)) + part for number, part in enumerate(parts, 1)]
    made = [{**common, "esm_class": long.UDH_INDICATOR, "short_message": body} for body in cut]
    made[-1]["registered_delivery"] = FINAL_RECEIPT
    return [Pdu(pdu.SUBMIT_SM, fields=fields) for fields in made]


def _recoded(text: str, alphabet: str, parts: list[bytes]) -> tuple[list[bytes], int]:
    """For a server whose default alphabet is not GSM's: the same cuts in its own octets, or UCS-2 where it lacks a letter."""
    try:
        return [gsm7.decode(part).encode(alphabet) for part in parts], 0
    except UnicodeEncodeError:
        whole = text.encode("utf-16-be")
        if len(whole) <= 2 * gsm7.UCS2.alone:
            return [whole], gsm7.UCS2.data_coding
        width = 2 * gsm7.UCS2.joined
        return [whole[at : at + width] for at in range(0, len(whole), width)], gsm7.UCS2.data_coding


class Transmitter:
    """One line's session for sending: bound when it is needed, bound again after a pause that grows."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.session: Session | None = None
        self.lock = asyncio.Lock()
        self.pause = 0.0
        self.not_before = 0.0  # of the next bind
        self.failed: ChannelError | None = None
        self.slot = 0.0  # when the next segment may go

    async def submit(self, parts: list[Pdu]) -> list[str]:
        """The server's ids. Raises the closed errors; only the fate of the last part can be uncertain, without it nothing is shown."""
        ids: list[str] = []
        for part in parts:
            ids.append(await self._part(part, first=not ids, last=len(ids) == len(parts) - 1))
        return ids

    async def _part(self, part: Pdu, first: bool, last: bool) -> str:
        for attempt in range(1, TRIES + 1):
            try:
                return await self._once(part, last)
            except Throttled as error:
                if first or attempt == TRIES:
                    raise
                await asyncio.sleep((error.after or timedelta(seconds=1)).total_seconds())
        raise AssertionError("unreachable")

    async def _once(self, part: Pdu, last: bool) -> str:
        session = await self._bound()
        await self._pace()
        try:
            answer = await session.request(part)
        except (Lost, TimeoutError) as error:
            if last and (isinstance(error, TimeoutError) or error.written):
                raise Uncertain(_("The message was handed over, but the operator did not answer")) from error
            raise Unavailable(_("The connection to the operator was lost")) from error
        if answer.status:
            problem = status.error(answer.status)
            if isinstance(problem, Throttled) and problem.after:
                self.slot = max(self.slot, asyncio.get_running_loop().time() + problem.after.total_seconds())
            raise problem
        return answer.text("message_id")

    async def _bound(self) -> Session:
        async with self.lock:
            if self.session and not self.session.closed.is_set():
                return self.session
            now = asyncio.get_running_loop().time()
            if self.failed and now < self.not_before:
                raise type(self.failed)(self.failed.words, after=timedelta(seconds=self.not_before - now))
            try:
                self.session = await bind(self.settings, "transmitter" if self.settings.bind == "separate" else "transceiver")
            except ChannelError as error:
                self.pause = min(max(1.0, self.pause * 2), 60.0)
                self.not_before, self.failed = asyncio.get_running_loop().time() + self.pause, error
                raise
            self.pause, self.failed = 0.0, None
            return self.session

    async def _pace(self) -> None:
        now = asyncio.get_running_loop().time()
        wait = self.slot - now
        if wait > LONGEST_QUEUE:
            raise Throttled(_("This line sends as fast as it may"), after=timedelta(seconds=wait))
        self.slot = max(now, self.slot) + 1 / self.settings.rate
        if wait > 0:
            await asyncio.sleep(wait)

    async def end(self) -> None:
        if self.session and not self.session.closed.is_set():
            await self.session.unbind()


class Transmitters:
    """The process's own event loop and what is bound in it."""

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.loop: asyncio.AbstractEventLoop | None = None
        self.lines: dict[int, Transmitter] = {}

    def submit(self, line: LineView, parts: list[Pdu]) -> list[str]:
        with self.guard:
            if self.loop is None:
                self.loop = asyncio.new_event_loop()
                threading.Thread(target=self.loop.run_forever, name="sms-transmitters", daemon=True).start()
        future = asyncio.run_coroutine_threadsafe(self._submit(line, parts), self.loop)
        try:
            return future.result(PATIENCE)
        except TimeoutError:
            future.cancel()
            raise Uncertain(_("The message was handed over, but the operator did not answer")) from None

    async def _submit(self, line: LineView, parts: list[Pdu]) -> list[str]:
        transmitter = self.lines.get(line.id)
        if transmitter is None or transmitter.settings != line.settings:
            old, self.lines[line.id] = transmitter, Transmitter(line.settings)
            if old:
                await old.end()
        return await self.lines[line.id].submit(parts)


transmitters = Transmitters()


def send(line: LineView, out: Outbound) -> Sent:
    parts = pdus(line.settings, out)
    ids = transmitters.submit(line, parts)
    segments = gsm7.measure(gsm7.plain(out.text) if line.settings.plain_quotes else out.text).parts
    return Sent(
        ref=receipts.ref_of_answer(ids[-1], line.settings.message_ids),
        parts=segments,
        cost=segments * line.settings.price,
        currency=line.settings.currency,
    )
