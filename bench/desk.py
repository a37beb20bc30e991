"""`lanka bench desk`: the desk's pages with a million messages, 300,000 conversations and 200,000 people, over HTTP."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence

import httpx

from bench.big import build
from bench.house import database, memory, process, table

PORT = 8902


def session_for(user: object) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)  # type: ignore[attr-defined]
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()  # type: ignore[attr-defined]
    store.save()
    return str(store.session_key)


def measure(client: httpx.Client, path: Callable[[], str], times: int) -> tuple[float, float]:
    """p50 and p95 in milliseconds, one request after the other."""
    took = []
    for _ in range(times):
        url = path()
        began = time.perf_counter()
        client.get(url).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), sorted(took)[int(len(took) * 0.95)]


def pages(people: int, conversations: int) -> dict[str, Callable[[], str]]:
    from lanka.conversations.models import Conversation
    from lanka.customers.models import Customer

    first = Conversation.objects.order_by("id").values_list("pk", flat=True)[0]
    someone = Customer.objects.order_by("id").values_list("pk", flat=True)[0]
    dice = random.Random(7)
    words = ["pyörä", "lasku", "bromsarna", "faktura", "Wiśniewski", "Maija Laine", "brakes", "48213"]
    return {
        "inbox, mine": lambda: "/desk/inbox/mine/",
        "inbox, unassigned": lambda: "/desk/inbox/unassigned/",
        "inbox, closed": lambda: "/desk/inbox/closed/",
        "a conversation": lambda: f"/desk/inbox/all/{first + dice.randrange(conversations)}/",
        "a person": lambda: f"/desk/person/{someone + dice.randrange(people)}/",
        "search": lambda: f"/desk/inbox/search/?q={dice.choice(words)}",
    }


def main(argv: Sequence[str]) -> int:
    from django.conf import settings

    from lanka.content.models import Brand
    from lanka.people.models import User

    scale = float(argv[0]) if argv else 1.0
    people, conversations, messages = (int(n * scale) for n in (200_000, 300_000, 1_000_000))
    with database("lanka_bench_desk") as url:
        Brand.objects.create(name="Bench")
        aino = User.objects.create_user("aino@bench.example", "x", name="Aino Virtanen", role="administrator")
        seconds = build(people, conversations, messages, aino.pk)
        rows = {"built": f"{people:,} people, {conversations:,} conversations, {messages:,} messages in {seconds:.0f} s"}
        with process("web", url, PORT) as web, httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=30) as client:
            client.cookies.set(settings.SESSION_COOKIE_NAME, session_for(aino))
            for name, path in pages(people, conversations).items():
                measure(client, path, 5)
                p50, p95 = measure(client, path, 60)
                rows[name] = f"p50 {p50:.0f} ms, p95 {p95:.0f} ms"
            rows["memory of web"] = f"{memory(web.pid):.0f} MB"
        table("desk: pages over HTTP, one after the other", rows)
    return 0
