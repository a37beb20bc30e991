"""A mail server that takes everything and keeps the ids: a process of its own, `python -m bench.sink PORT`. Small and fast.

Ended by SIGTERM it prints one line of JSON: how many, first and last moment (unix time), which Message-IDs came more than once.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import sys
import time
from collections import Counter

import uvloop

MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>]+>)", re.IGNORECASE | re.MULTILINE)
EHLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 60000000\r\n"


class Book:
    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        self.first = self.last = 0.0
        self.size = 0
        self.sample = b""


class Session(asyncio.Protocol):
    def __init__(self, book: Book) -> None:
        self.book, self.buffer, self.data = book, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.say(b"220 sink\r\n")

    def say(self, words: bytes) -> None:
        self.transport.write(words)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        answers = []
        while True:
            if self.data:
                body, found, rest = self.buffer.partition(b"\r\n.\r\n")
                if not found:
                    break
                self.buffer, self.data = rest, False
                self.keep(body)
                answers.append(b"250 taken\r\n")
                continue
            line, found, rest = self.buffer.partition(b"\r\n")
            if not found:
                break
            self.buffer = rest
            answers.append(self.command(line[:4].upper()))
        if answers:
            self.say(b"".join(answers))

    def command(self, word: bytes) -> bytes:
        if word == b"DATA":
            self.data = True
            return b"354 go on\r\n"
        if word == b"QUIT":
            asyncio.get_running_loop().call_soon(self.transport.close)
            return b"221 bye\r\n"
        return EHLO if word == b"EHLO" else b"250 ok\r\n"

    def keep(self, body: bytes) -> None:
        book = self.book
        book.last = time.time()
        book.first = book.first or book.last
        found = MESSAGE_ID.search(body, 0, 4000)
        book.ids[found[1].decode() if found else ""] += 1
        book.size += len(body)
        book.sample = book.sample or body


async def main(port: int) -> None:
    book, stop = Book(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    server = await loop.create_server(lambda: Session(book), "127.0.0.1", port)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await stop.wait()
    told = {
        "mails": sum(book.ids.values()),
        "different": len(book.ids),
        "first": book.first,
        "last": book.last,
        "bytes": book.size,
        "repeated": [one for one, count in book.ids.items() if count > 1],
        "ids": list(book.ids) if len(book.ids) <= 10_000 else [],
        "sample": book.sample.decode("latin-1")[:6000],
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
