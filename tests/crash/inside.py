"""Run inside the house that is being killed (its own process): makes lines, answers people, counts the books. Prints JSON."""

from __future__ import annotations

import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")

import django

django.setup()

from django.db import Error, connection  # noqa: E402
from django.db.models import Count  # noqa: E402

from lanka.channels.models import Line  # noqa: E402
from lanka.channels.registry import channel  # noqa: E402
from lanka.channels.settings import pack  # noqa: E402
from lanka.conversations.models import Conversation  # noqa: E402
from lanka.conversations.reply import reply  # noqa: E402
from lanka.deliver.books import books  # noqa: E402
from lanka.deliver.models import Delivery, State  # noqa: E402
from lanka.receive.models import Quarantine, RawItem  # noqa: E402
from lanka.timeline.models import Event  # noqa: E402


def lines(smpp_port: int, smtp_sink: int) -> dict[str, str]:
    smpp = {"host": "127.0.0.1", "port": smpp_port, "tls": False, "system_id": "lanka", "password": "secret", "rate": 1000, "window": 50}
    mail = {"smtp_host": "127.0.0.1", "smtp_port": smtp_sink, "smtp_security": "none"}
    wanted: dict[str, dict[str, object]] = {
        "sms": {"gateway": "smpp", "sender": "+358405550100", **smpp},
        "chat": {"messages_a_minute": 1000, "visitors_a_minute": 100_000},
        "email": {"address": "asiakaspalvelu@pyorapolku.example", **mail},
    }
    return {kind: Line.objects.create(kind=kind, name=kind, settings=pack(channel(kind).Settings(**s))).token for kind, s in wanted.items()}


def answer(count: int) -> int:
    """Answers as many people by SMS, while everything is being killed: an agent presses the button again until it is accepted."""
    done = 0
    end = time.monotonic() + 240
    while done < count and time.monotonic() < end:
        try:
            line = Line.objects.get(kind="sms")
            known = set(Event.objects.filter(kind="message.out").values_list("conversation_id", flat=True))
            waiting = Conversation.objects.filter(channel="sms").exclude(pk__in=known).select_related("customer")[: count - len(known)]
            for conversation in waiting:
                address = Event.objects.filter(conversation_id=conversation.pk, kind="message.in").first().data["address"]
                key = f"answer:{conversation.pk}"
                reply(conversation, by=None, text=f"answer {conversation.pk}", line_id=line.pk, address=address, key=key)
            done = Event.objects.filter(kind="message.out").count()
        except Error:
            connection.close()
        time.sleep(0.2)
    return done


def counts() -> dict[str, object]:
    texts = Event.objects.filter(kind="message.in").values("text").annotate(n=Count("id"))
    uncertain = Delivery.objects.filter(state=State.UNCERTAIN).values_list("event__text", flat=True)
    result = books()
    return {
        "waiting": RawItem.objects.filter(understood_at=None).count(),
        "quarantined": list(Quarantine.objects.values_list("why", flat=True)[:100]),
        "messages": {row["text"]: row["n"] for row in texts},
        "pending": Delivery.objects.filter(state__in=[State.PLANNED, State.HELD, State.CLAIMED]).count(),
        "states": result.by_state,
        "balanced": result.balanced,
        "uncertain": list(uncertain),
    }


if __name__ == "__main__":
    call = {"lines": lines, "answer": answer, "counts": counts}[sys.argv[1]]
    print(json.dumps(call(*map(int, sys.argv[2:]))))
