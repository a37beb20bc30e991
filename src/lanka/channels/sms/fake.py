"""A small operator: an SMPP server, an HTTP gateway, and phones. The tests and the town talk to it over the real protocols.

What a number's end makes it do: …91 is too fast the first time, …92 is unknown, …93 never answers, …94 is never delivered,
…95 breaks the connection after it took the message, …96 refuses the text. All others get what is sent.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import threading
import time
from collections import defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from typing import Any

import httpx

from lanka.channels.sms import gateway, gsm7, long, numbers, pdu, status
from lanka.channels.sms.fake_gateway import Handler
from lanka.channels.sms.pdu import Pdu

TOO_FAST, UNKNOWN, SILENT, UNDELIVERED, BREAKS, REFUSED = "91", "92", "93", "94", "95", "96"
RECEIPT_AFTER = 0.05  # seconds
STATUSES = {UNKNOWN: status.INVALID_DESTINATION, REFUSED: status.SUBMIT_FAILED}


@dataclass(slots=True)
class Message:
    """One that lies in a phone: a long one once, whole."""

    sender: str
    text: str
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    segments: int = 1


@dataclass(eq=False)
class Peer:
    """One bound session, seen from the operator."""

    writer: asyncio.StreamWriter
    role: int = 0
    sequence: Any = field(default_factory=lambda: itertools.count(1))
    answers: dict[int, asyncio.Future[Pdu]] = field(default_factory=dict)

    def say(self, message: Pdu) -> None:
        self.writer.write(pdu.encode(message))

    async def ask(self, command: int, fields: dict[str, Any], tlvs: dict[int, bytes]) -> Pdu:
        number = next(self.sequence)
        self.answers[number] = answer = asyncio.get_running_loop().create_future()
        self.say(Pdu(command, 0, number, fields, tlvs))
        try:
            return await asyncio.wait_for(answer, 10)
        finally:
            del self.answers[number]


class Fake:
    """`start()` and `stop()` from any thread; it has a thread and an event loop of its own."""

    def __init__(
        self,
        *,
        system_id: str = "lanka",
        password: str = "secret",  # noqa: S107 a made-up operator
        token: str = "token",  # noqa: S107
        webhook: str = "",
        webhook_secret: str = "webhook",  # noqa: S107
        window: int = 1,
        smpp_port: int = 0,
        http_port: int = 0,
    ) -> None:
        self.system_id, self.password, self.token = system_id, password, token
        self.webhook, self.webhook_secret = webhook, webhook_secret
        self.smpp_port, self.http_port = smpp_port, http_port
        self.phones: defaultdict[str, list[Message]] = defaultdict(list)
        self.submitted: list[Pdu] = []
        self.throttled: set[str] = set()
        self.known: dict[str, dict[str, Any]] = {}  # the gateway's answers by idempotency key
        self.parts: dict[tuple[str, str, int], dict[int, Pdu]] = defaultdict(dict)
        self.peers: set[Peer] = set()
        self.undelivered: list[tuple[dict[str, Any], dict[int, bytes]]] = []
        self.ids = itertools.count(100_000)
        self.window = window  # incoming messages that the operator sends without an answer
        self.loop = asyncio.new_event_loop()
        self.tasks: set[asyncio.Task[Any]] = set()

    # From any thread

    def start(self) -> Fake:
        threading.Thread(target=self.loop.run_forever, name="sms-fake", daemon=True).start()
        self._run(self._open())
        self.web = ThreadingHTTPServer(("127.0.0.1", self.http_port), type("Bound", (Handler,), {"fake": self}))
        self.http_port = self.web.server_port
        threading.Thread(target=self.web.serve_forever, name="sms-fake-http", daemon=True).start()
        return self

    def stop(self) -> None:
        self.web.shutdown()
        self.web.server_close()
        self._run(self._close())
        self.loop.call_soon_threadsafe(self.loop.stop)

    def send(self, from_number: str, to_number: str, text: str) -> None:
        """A customer writes. Over SMPP it waits for a bound receiver; with a `webhook` it is posted there."""
        if self.webhook:
            message = {"id": f"mo-{next(self.ids)}", "from": from_number, "to": to_number, "text": text}
            self.post({"messages": [message | {"at": datetime.now(UTC).isoformat()}]})
            return
        self._run(self._send(from_number, to_number, text))

    def post(self, said: dict[str, Any], url: str = "") -> int:
        """A signed webhook; the answer's status."""
        body, now = json.dumps(said).encode(), str(int(time.time()))
        headers = {"x-timestamp": now, "x-signature": gateway.signature(self.webhook_secret, now, body), "content-type": "application/json"}
        return httpx.post(url or self.webhook, content=body, headers=headers, timeout=10, trust_env=False).status_code

    def drop(self) -> None:
        """Breaks every session, as networks do."""
        self._run(self._drop())

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    # In its own loop

    async def _open(self) -> None:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.smpp_port)
        self.smpp_port = self.server.sockets[0].getsockname()[1]
        self.lock = asyncio.Semaphore(self.window)

    async def _close(self) -> None:
        self.server.close()
        await self._drop()
        for task in self.tasks:
            task.cancel()

    async def _drop(self) -> None:
        for peer in list(self.peers):
            peer.writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(writer)
        self.peers.add(peer)
        try:
            while True:
                head = await reader.readexactly(4)
                message = pdu.decode(head + await reader.readexactly(int.from_bytes(head, "big") - 4))
                if not await self._take(peer, message):
                    return
        except (OSError, EOFError):
            return
        finally:
            self.peers.discard(peer)
            writer.close()

    async def _take(self, peer: Peer, message: Pdu) -> bool:
        """False: the session is over."""
        if message.command & pdu.RESPONSE:
            waiting = peer.answers.get(message.sequence)
            if waiting and not waiting.done():
                waiting.set_result(message)
        elif message.command in (pdu.BIND_RECEIVER, pdu.BIND_TRANSMITTER, pdu.BIND_TRANSCEIVER):
            return self._bind(peer, message)
        elif message.command == pdu.SUBMIT_SM and peer.role in (pdu.BIND_TRANSMITTER, pdu.BIND_TRANSCEIVER):
            self._submit(peer, message)
        elif message.command in (pdu.ENQUIRE_LINK, pdu.UNBIND):
            peer.say(message.answer())
        else:
            peer.say(message.answer(status.BIND_STATUS))
        return message.command != pdu.UNBIND

    def _bind(self, peer: Peer, message: Pdu) -> bool:
        if (message.text("system_id"), message.text("password")) != (self.system_id, self.password):
            peer.say(message.answer(status.WRONG_PASSWORD))
            return False
        peer.role = message.command
        peer.say(message.answer(system_id="fake"))
        waiting, self.undelivered = self.undelivered, []
        for fields, tlvs in waiting:
            self._later(self._deliver(fields, tlvs))
        return True

    def _submit(self, peer: Peer, message: Pdu) -> None:
        to = "+" + message.text("destination_addr")
        end = to[-2:]
        if end == TOO_FAST and to not in self.throttled:
            self.throttled.add(to)
            peer.say(message.answer(status.THROTTLED))
        elif end in STATUSES:
            peer.say(message.answer(STATUSES[end]))
        elif end == SILENT:
            self.submitted.append(message)
        else:
            self._accept(peer, message, to)

    def _accept(self, peer: Peer, message: Pdu, to: str) -> None:
        self.submitted.append(message)
        number = str(next(self.ids))
        if not to.endswith(UNDELIVERED):
            self._ring(message, to)
        if to.endswith(BREAKS):
            peer.writer.transport.abort()
        else:
            peer.say(message.answer(message_id=number))
        if message.number("registered_delivery"):
            self._later(self._receipt(message, number, "UNDELIV" if to.endswith(UNDELIVERED) else "DELIVRD"))

    def _ring(self, message: Pdu, to: str) -> None:
        part, sender = long.part_of(message), message.text("source_addr")
        sender = "+" + sender if message.number("source_addr_ton") == numbers.INTERNATIONAL else sender
        together = [message]
        if part:
            known = self.parts[(sender, to, part.ref)]
            known[part.number] = message
            if len(known) < part.total:
                return
            together = [known[number] for number in sorted(known)]
            del self.parts[(sender, to, part.ref)]
        self.phones[to].append(Message(sender, long.text_of(together, "gsm7"), segments=len(together)))

    async def _receipt(self, message: Pdu, number: str, word: str) -> None:
        await asyncio.sleep(RECEIPT_AFTER)
        now, error = f"{datetime.now(UTC):%y%m%d%H%M}", "000" if word == "DELIVRD" else "027"
        text = f"id:{number} sub:001 dlvrd:001 submit date:{now} done date:{now} stat:{word} err:{error} text:"
        back = {"source_addr": message.text("destination_addr"), "source_addr_ton": 1, "source_addr_npi": 1, "esm_class": 0x04} | {
            "destination_addr": message.text("source_addr"),
            "short_message": text.encode(),
        }
        await self._deliver(back, {})

    async def _send(self, from_number: str, to_number: str, text: str) -> None:
        kind, parts = gsm7.split(text)
        source, source_ton, source_npi = numbers.wire(from_number)
        to, ton, npi = numbers.wire(to_number)
        fields = {"source_addr": source, "source_addr_ton": source_ton, "source_addr_npi": source_npi, "data_coding": kind.data_coding} | {
            "destination_addr": to,
            "dest_addr_ton": ton,
            "dest_addr_npi": npi,
        }
        ref = next(self.ids) % 256
        for number, part in enumerate(parts, 1):
            head = long.header(long.Part(ref, len(parts), number)) if len(parts) > 1 else b""
            made = {**fields, "short_message": head + part, "esm_class": long.UDH_INDICATOR if head else 0}
            self._later(self._deliver(made, {}))

    async def _deliver(self, fields: dict[str, Any], tlvs: dict[int, bytes]) -> None:
        """Until it is acknowledged, as an operator does it."""
        async with self.lock:
            receivers = [peer for peer in self.peers if peer.role in (pdu.BIND_RECEIVER, pdu.BIND_TRANSCEIVER)]  # now, not when it queued
            if receivers:
                with contextlib.suppress(TimeoutError):
                    if (await receivers[0].ask(pdu.DELIVER_SM, fields, tlvs)).status == 0:
                        return
        await asyncio.sleep(0.2)
        self._park(fields, tlvs)

    def _park(self, fields: dict[str, Any], tlvs: dict[int, bytes]) -> None:
        if any(peer.role in (pdu.BIND_RECEIVER, pdu.BIND_TRANSCEIVER) for peer in self.peers):
            self._later(self._deliver(fields, tlvs))
        else:
            self.undelivered.append((fields, tlvs))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
