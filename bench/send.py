"""`lanka bench send [mails]`: a personalised campaign to an SMTP sink on the same machine, a full record per person.

Each mail: HTML and plain part, the person's own tracked link, unsubscribe headers. Without and with RSA-2048 DKIM.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psutil

from bench import crowd
from bench.house import database, memory, process, table

PATIENCE = 900


@contextmanager
def sink() -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen([sys.executable, "-m", "bench.sink", "0"], stdout=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def port_of(running: subprocess.Popen[str]) -> int:
    assert running.stdout
    return int(json.loads(running.stdout.readline())["port"])


def told(running: subprocess.Popen[str]) -> dict[str, Any]:
    running.terminate()
    assert running.stdout
    return dict(json.loads(running.stdout.readline()))


def key() -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    made = rsa.generate_private_key(65537, 2048)
    return made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def watched(worker: subprocess.Popen[bytes], count: int) -> Iterator[float]:
    """The worker's megabytes, each second until all are sent."""
    from django.db import connection

    from lanka.deliver.models import Delivery

    end = time.time() + PATIENCE
    while Delivery.objects.filter(state="handed").count() < count and time.time() < end:
        time.sleep(1)
        if worker.poll() is not None:
            raise SystemExit("the worker ended: see /tmp/lanka-bench-work.log")
        connection.close()
        yield memory(worker.pid)


def campaign(count: int, **settings: str) -> dict[str, str]:
    from lanka.deliver.books import books
    from lanka.timeline.models import Event

    with database("lanka_bench_send") as url, sink() as server:
        mail = {"address": "news@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_port": port_of(server), "smtp_security": "none"}
        line = crowd.line_to("email", **mail, **settings)
        crowd.people(count)
        crowd.verdicts(crowd.message().pk, line.pk)
        began = time.time()
        with process("work", url, 0) as worker:
            grown = list(watched(worker, count))
            spent = [sum(psutil.Process(pid).cpu_times()[:2]) for pid in (worker.pid, server.pid)]
        result = told(server)
        events = {kind: Event.objects.filter(kind=kind).count() for kind in ("message.out", "receipt.sent")}
        balanced = books().balanced
    seconds = result["last"] - result["first"]
    return {
        "rate": f"{result['mails'] / seconds:,.0f} mails/s over {seconds:.1f} s ({result['bytes'] / result['mails'] / 1024:.1f} KB each)",
        "processor": "{:.2f} ms a mail in the worker, {:.2f} ms in the sink".format(*(one / count * 1000 for one in spent)),
        "from start": f"{result['mails'] / (result['last'] - began):,.0f} mails/s, worker's start and the taking of verdicts included",
        "record": f"{result['different']:,} different mails of {result['mails']:,}, {events}, books balanced: {balanced}",
        "memory": f"{grown[len(grown) // 4]:.0f} MB after a quarter, {max(grown):.0f} MB at most, {grown[-1]:.0f} MB at the end",
    }


def main(argv: Sequence[str]) -> int:
    count = int(argv[0]) if argv else 20_000
    table(f"send: {count:,} mails to a sink", campaign(count))
    if "plain" not in argv:
        table(f"send: {count:,} mails, RSA-2048 DKIM", campaign(count, dkim_selector="bench", dkim_private_key=key()))
    return 0
