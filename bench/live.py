"""`lanka bench live`: 500 open desks; a customer's SMS arrives by webhook; when does each desk show it?

Everything is real and on the same machine: webhook → durable row → worker → timeline → NOTIFY → row rendered once → 500 streams.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bench.desk import session_for
from bench.house import database, memory, process, table
from bench.load import Result, post
from bench.receive import make_line, request_for

PORT = 8903
DESKS = 500
SECONDS = 20


class Desk(asyncio.Protocol):
    """An open stream that notes when it hears of a number for the first time."""

    def __init__(self, cookie: str, heard: dict[int, list[float]]) -> None:
        self.cookie, self.heard, self.rest = cookie, heard, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        head = f"GET /live/desk/?topics=inbox HTTP/1.1\r\nHost: bench\r\nCookie: {self.cookie}\r\n\r\n"
        transport.write(head.encode())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        whole = self.rest + data
        for piece in whole.split(b"bench-no-")[1:]:
            number = piece[:6]
            if len(number) == 6 and number.isdigit():
                self.heard.setdefault(int(number), []).append(now)
        self.rest = whole[-20:] if b"bench-no-" not in whole[-20:] else b""


async def story(token: str, cookie: str, rate: float) -> tuple[list[float], Result, int]:
    heard: dict[int, list[float]] = {}
    sent: dict[int, float] = {}
    loop = asyncio.get_running_loop()
    for _ in range(DESKS):
        await loop.create_connection(lambda: Desk(cookie, heard), "127.0.0.1", PORT)
        await asyncio.sleep(0.004)
    await asyncio.sleep(2)
    base = request_for(token, f"live-{time.time()}")

    def request(number: int) -> bytes:
        sent[number] = time.perf_counter()
        whole = base(number)  # type: ignore[operator]
        _, _, body = whole.partition(b"\r\n\r\n")
        return signed(token, body.replace(b"Hei!", f"bench-no-{number:06d}".encode()))

    result = await post(PORT, request, count=int(rate * SECONDS), connections=8, rate=rate)
    await asyncio.sleep(5)
    took = [(at - sent[number]) * 1000 for number, times in heard.items() for at in times[:DESKS] if number in sent]
    return took, result, sum(1 for times in heard.values() if len(times) >= DESKS)


def signed(token: str, body: bytes) -> bytes:
    from bench.receive import SECRET
    from lanka.channels.sms.gateway import signature

    stamp = str(int(time.time()))
    head = (
        f"POST /in/{token}/ HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nX-Timestamp: {stamp}\r\n"
        f"X-Signature: {signature(SECRET, stamp, body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main(argv: Sequence[str]) -> int:
    from django.conf import settings

    from lanka.content.models import Brand
    from lanka.people.models import User

    rate = float(argv[0]) if argv else 10.0
    with database("lanka_bench_live") as url:
        Brand.objects.create(name="Bench")
        aino = User.objects.create_user("aino@bench.example", "x", name="Aino Virtanen")
        token = make_line()
        cookie = f"{settings.SESSION_COOKIE_NAME}={session_for(aino)}"
        with process("web", url, PORT) as web, process("work", url, PORT) as worker:
            took, result, whole = asyncio.run(story(token, cookie, rate))
            used = f"web {memory(web.pid):.0f} MB, work {memory(worker.pid):.0f} MB"
        took.sort()
        count = int(rate * SECONDS)
        rows = {
            "load": f"{DESKS} desks, {rate:.0f} messages/s for {SECONDS} s",
            "seen by every desk": f"{whole} of {count} messages",
            "webhook → screen": f"p50 {took[len(took) // 2]:.0f} ms, p95 {took[int(len(took) * 0.95)]:.0f} ms, max {took[-1]:.0f} ms",
            "acknowledged": f"p95 {result.percentile(0.95):.0f} ms",
            "memory": used,
        }
        table("live: a message arrives, 500 desks show it", rows)
    return 0 if whole == count else 1
