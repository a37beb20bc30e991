"""A small HTTP load generator: keep-alive connections that post one body after the other, bounded in count and time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Request = Callable[[int], bytes]  # number -> the whole HTTP/1.1 request


@dataclass
class Result:
    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)  # milliseconds

    @property
    def rate(self) -> float:
        return sum(self.statuses.values()) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


class Poster(asyncio.Protocol):
    """One connection. Answers must carry content-length and fit into what one read brings or follow it."""

    def __init__(self, numbers: Iterator[int], request: Request, result: Result, pace: float) -> None:
        self.numbers, self.request, self.result, self.pace = numbers, request, result, pace
        self.buffer, self.began = b"", 0.0
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.next()

    def next(self) -> None:
        number = next(self.numbers, None)
        if number is None:
            self.transport.close()
            return
        self.began = time.perf_counter()
        self.transport.write(self.request(number))  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in lower else 0
        if len(rest) < length:
            return
        self.buffer = b""
        took = time.perf_counter() - self.began
        self.result.latencies.append(took * 1000)
        status = int(head[9:12])
        self.result.statuses[status] = self.result.statuses.get(status, 0) + 1
        if self.pace:
            asyncio.get_running_loop().call_later(max(0.0, self.pace - took), self.next)
        else:
            self.next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


async def post(port: int, request: Request, *, count: int, connections: int, rate: float = 0.0, seconds: float = 120) -> Result:
    """Posts `count` requests over `connections`; with `rate`, at about that many a second."""
    result, numbers = Result(), iter(range(count))
    pace = connections / rate if rate else 0.0
    began = time.perf_counter()
    posters = []
    for _ in range(connections):
        _, poster = await asyncio.get_running_loop().create_connection(lambda: Poster(numbers, request, result, pace), "127.0.0.1", port)
        posters.append(poster)
        if rate:
            await asyncio.sleep(pace / connections)
    await asyncio.wait_for(asyncio.gather(*(poster.ended for poster in posters)), seconds)
    result.seconds = time.perf_counter() - began
    return result
