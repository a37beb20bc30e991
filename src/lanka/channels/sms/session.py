"""One bound SMPP session: requests out with a window, requests in to a handler, enquire_link while it is quiet."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Literal

from lanka.channels.errors import Misconfigured, Unavailable
from lanka.channels.sms import pdu, status
from lanka.channels.sms.pdu import Pdu
from lanka.channels.sms.settings import Settings
from lanka.core import addresses

Role = Literal["transmitter", "receiver", "transceiver"]
COMMANDS = {"transmitter": pdu.BIND_TRANSMITTER, "receiver": pdu.BIND_RECEIVER, "transceiver": pdu.BIND_TRANSCEIVER}
VERSION = 0x34
CONNECT = 10.0  # seconds, for the connection and again for the bind
QUIET = 30.0  # seconds of silence before an enquire_link
ANSWER = 20.0  # seconds for any other answer
AT_ONCE = 200  # requests of the server in work

log = logging.getLogger(__name__)
Handler = Callable[[Pdu, bytes], Awaitable[Pdu]]


class Lost(Exception):
    """The session ended. `written`: the request had left; what became of it is not known."""

    def __init__(self, written: bool) -> None:
        super().__init__("the connection was lost")
        self.written = written


class Session:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, window: int, handler: Handler | None) -> None:
        self.reader, self.writer, self.handler = reader, writer, handler
        self.window = asyncio.Semaphore(window)
        self.busy = asyncio.Semaphore(AT_ONCE)
        self.answers: dict[int, asyncio.Future[Pdu]] = {}
        self.sequence = itertools.cycle(range(1, 0x7FFFFFFF))
        self.closed = asyncio.Event()
        self.clean = False  # ended by an unbind, ours or theirs
        self.heard = asyncio.get_running_loop().time()
        self.tasks: set[asyncio.Task[None]] = {asyncio.create_task(self._read())}

    async def request(self, asked: Pdu, timeout: float = ANSWER) -> Pdu:
        """Raises Lost; TimeoutError when no answer came, and then nobody knows either."""
        async with self.window:
            if self.closed.is_set():
                raise Lost(written=False)
            asked = replace(asked, sequence=next(self.sequence))
            self.answers[asked.sequence] = answer = asyncio.get_running_loop().create_future()
            try:
                self.writer.write(pdu.encode(asked))
                return await asyncio.wait_for(answer, timeout)
            finally:
                self.answers.pop(asked.sequence, None)

    def keep_alive(self) -> None:
        self._start(self._enquire())

    async def unbind(self) -> None:
        self.clean = True
        with contextlib.suppress(Lost, TimeoutError):
            await self.request(Pdu(pdu.UNBIND), timeout=3)
        await self.close()

    async def close(self) -> None:
        tasks = self.tasks - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._end()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)  # type: ignore[arg-type]
        task.add_done_callback(self.tasks.discard)

    def _end(self) -> None:
        self.closed.set()
        self.writer.close()
        for answer in self.answers.values():
            if not answer.done():
                answer.set_exception(Lost(written=True))

    async def _read(self) -> None:
        try:
            while not self.closed.is_set():
                head = await self.reader.readexactly(4)
                length = int.from_bytes(head, "big")
                if not pdu.HEADER.size <= length <= pdu.LONGEST:
                    return  # no way to find the next PDU
                octets = head + await self.reader.readexactly(length - 4)
                self.heard = asyncio.get_running_loop().time()
                await self._take(octets)
        except (OSError, EOFError):
            return
        finally:
            self._end()

    async def _take(self, octets: bytes) -> None:
        _, command, _, sequence = pdu.HEADER.unpack_from(octets)
        try:
            message = pdu.decode(octets)
        except pdu.Malformed:
            if not command & pdu.RESPONSE:
                self._say(Pdu(pdu.GENERIC_NACK, status.INVALID_COMMAND, sequence))
            elif (waiting := self.answers.get(sequence)) and not waiting.done():
                waiting.set_exception(Lost(written=True))
            return
        if command & pdu.RESPONSE:
            waiting = self.answers.get(sequence)
            if waiting and not waiting.done():
                waiting.set_result(message)
        elif command == pdu.ENQUIRE_LINK:
            self._say(message.answer())
        elif command == pdu.UNBIND:
            self.clean = True
            self._say(message.answer())
            self._end()
        else:
            await self.busy.acquire()
            self._start(self._handle(message, octets))

    async def _handle(self, message: Pdu, octets: bytes) -> None:
        """Without a handler, or when it fails (no database), the server is told to deliver it later or to somebody else."""
        answer = message.answer(status.TEMPORARY, message_id="")
        try:
            answer = await self.handler(message, octets) if self.handler else answer
        except Exception:
            log.exception("what an SMPP server delivered could not be kept")
        finally:
            self.busy.release()
        self._say(answer)

    def _say(self, message: Pdu) -> None:
        if not self.closed.is_set():
            self.writer.write(pdu.encode(message))

    async def _enquire(self) -> None:
        """A server that does not answer is gone, whatever the socket says."""
        while not self.closed.is_set():
            silent = asyncio.get_running_loop().time() - self.heard
            if silent < QUIET:
                await asyncio.sleep(QUIET - silent)
                continue
            try:
                await self.request(Pdu(pdu.ENQUIRE_LINK), timeout=10)
            except (Lost, TimeoutError):
                self._end()


async def connect(settings: Settings) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """To an address that was looked at, with TLS for the name. Raises Unavailable, Misconfigured."""
    try:
        found = await asyncio.get_running_loop().run_in_executor(None, addresses.allowed, settings.host, settings.port)
    except addresses.PrivateAddress as error:
        raise Misconfigured(str(error)) from error
    except OSError as error:
        raise Unavailable(f"{settings.host} is not known: {error}") from error
    secure = {"ssl": ssl.create_default_context(), "server_hostname": settings.host} if settings.tls else {}
    why: Exception = OSError("no address")
    for address in found:
        try:
            return await asyncio.wait_for(asyncio.open_connection(address, settings.port, **secure), CONNECT)  # type: ignore[arg-type]
        except ssl.SSLCertVerificationError as error:
            raise Misconfigured(f"the certificate of {settings.host} is not good: {error.verify_message}") from error
        except (OSError, TimeoutError) as error:
            why = error
    raise Unavailable(f"{settings.host}:{settings.port} cannot be reached: {why or type(why).__name__}")


async def bind(settings: Settings, role: Role, handler: Handler | None = None) -> Session:
    """Raises Misconfigured (refused), Unavailable."""
    session = Session(*await connect(settings), settings.window, handler)
    who = {"system_id": settings.system_id, "password": settings.password.get_secret_value(), "system_type": settings.system_type}
    try:
        answer = await session.request(Pdu(COMMANDS[role], fields={**who, "interface_version": VERSION}), CONNECT)
        if answer.status or answer.command != COMMANDS[role] | pdu.RESPONSE:
            raise status.error(answer.status or status.BIND_FAILED)
    except (Lost, TimeoutError) as error:
        await session.close()
        raise Unavailable("the server did not answer the bind") from error
    except BaseException:
        await session.close()
        raise
    session.keep_alive()
    return session
