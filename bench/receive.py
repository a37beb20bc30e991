"""`lanka bench receive`: signed webhooks, stored durably and acknowledged, in one process. The load runs on the same machine."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import uvloop

from bench.house import database, memory, process, table
from bench.load import Result, post

PORT = 8901
SECRET = "bench-secret"


def make_line() -> str:
    from lanka.channels.models import Line
    from lanka.channels.registry import channel
    from lanka.channels.settings import pack

    talker = channel("sms")
    settings = talker.Settings(gateway="http", sender="+358405550100", url="https://gateway.example", token="t", webhook_secret=SECRET)
    return Line.objects.create(kind="sms", name="bench", settings=pack(settings)).token


def request_for(token: str, mark: str) -> object:
    from lanka.channels.sms.gateway import signature

    def request(number: int) -> bytes:
        message = {"id": f"{mark}-{number}", "from": f"+35840{number:07d}", "to": "+358405550100", "text": "Hei! Milloin pyörä on valmis?"}
        body = json.dumps({"messages": [message]}).encode()
        stamp = str(int(time.time()))
        head = (
            f"POST /in/{token}/ HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nX-Timestamp: {stamp}\r\n"
            f"X-Signature: {signature(SECRET, stamp, body)}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    return request


def main(argv: Sequence[str]) -> int:
    from lanka.receive.models import RawItem

    count = int(argv[0]) if argv else 40_000
    with database() as url:
        token = make_line()
        with process("web", url, PORT) as web:
            uvloop.run(post(PORT, request_for(token, "warm"), count=2_000, connections=64))  # type: ignore[arg-type]
            full: Result = uvloop.run(post(PORT, request_for(token, "full"), count=count, connections=128))  # type: ignore[arg-type]
            half_rate = min(2_000.0, full.rate / 2)
            half = uvloop.run(post(PORT, request_for(token, "half"), count=int(half_rate * 10), connections=128, rate=half_rate))  # type: ignore[arg-type]
            used = memory(web.pid)
        stored = RawItem.objects.count()
        rows = {
            "full speed": f"{full.rate:,.0f} acknowledged/s, p50 {full.percentile(0.5):.1f} ms, p95 {full.percentile(0.95):.1f} ms",
            f"at {half_rate:,.0f}/s": "p50 {:.1f} ms, p95 {:.1f} ms, p99 {:.1f} ms".format(*map(half.percentile, (0.5, 0.95, 0.99))),
            "answers": str({**full.statuses}),
            "stored": f"{stored:,} of {2_000 + count + int(half_rate * 10):,} acknowledged",
            "memory of web": f"{used:.0f} MB",
        }
        table("receive: webhook → durable → acknowledged", rows)
    return 0 if stored == 2_000 + count + int(half_rate * 10) else 1
