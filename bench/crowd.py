"""Many people about whom the verdict is *send*: for the benchmarks of sending. Made by SQL, in seconds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection

PARAGRAPH = (
    "Puolen vuoden huolto pitää vaihteet terävinä ja jarrut varmoina. Tarkistamme ketjun, säädämme vaihteet, rasvaamme laakerit ja "
    "pesemme pyörän. Huolto kestää noin tunnin, ja voit odottaa kahvilassamme. "
)
WORDS = {
    "fi": {
        "subject": "{{ person.first_name }}, pyöräsi kaipaa huoltoa",
        "preview": "Varaa aika ennen talvea",
        "blocks": [
            {"id": "h", "kind": "heading", "text": "Hei {{ person.first_name }}!"},
            {"id": "t", "kind": "text", "text": PARAGRAPH},
            {"id": "b", "kind": "button", "label": "Varaa huolto", "url": "https://pyorapolku.example/varaa"},
        ],
    }
}
LONG = {
    "fi": {
        **WORDS["fi"],
        "blocks": [*WORDS["fi"]["blocks"][:1], *({"id": f"t{n}", "kind": "text", "text": PARAGRAPH * 3} for n in range(7))],
    }
}  # type: ignore[index]


def line_to(kind: str, **settings: Any) -> Any:
    from lanka.channels.models import Line
    from lanka.channels.registry import channel
    from lanka.channels.settings import pack

    return Line.objects.create(kind=kind, name="bench", settings=pack(channel(kind).Settings(**settings)))


def message(words: dict[str, Any] = WORDS) -> Any:
    from lanka.content.models import Brand, Template, Version
    from lanka.core.clock import now
    from lanka.customers.models import Topic
    from lanka.decide.models import Message

    brand = Brand.objects.first() or Brand.objects.create(
        name="Pyörä & Polku", return_address=["Pyörä & Polku Oy", "Annankatu 31", "00100 Helsinki"]
    )
    template, _ = Template.objects.get_or_create(key="bench", defaults={"name": "Bench", "brand": brand})
    version = Version.objects.create(template=template, number=template.versions.count() + 1, texts=words, digest="x", at=now())
    topic, _ = Topic.objects.get_or_create(key="bench", defaults={"basis": "consent"})
    return Message.objects.create(name="Bench", topic=topic, version_id=version.pk, sends_at=now() - timedelta(hours=1))


VERDICTS = """
INSERT INTO decide_verdict
  (message_id, customer_id, occurrence, outcome, reason, line_id, address, language, send_at, ladder, because, decided_at)
SELECT %s, c.id, '', 1, 1, %s, replace(%s, '#', c.id::text), 'fi', now() - interval '1 hour', '{}', '{}', now()
FROM customers_customer c
"""


def people(count: int) -> None:
    from lanka.core.clock import now
    from lanka.customers.models import Customer

    for start in range(0, count, 10_000):
        numbers = range(start, min(count, start + 10_000))
        Customer.objects.bulk_create([Customer(created_at=now(), name=f"Maija{n} Laine", language="fi") for n in numbers])


def verdicts(message_id: int, line_id: int, address: str = "person#@example.fi") -> None:
    """For everybody there is. '#' in the address is the person's number."""
    with connection.cursor() as cursor:
        cursor.execute(VERDICTS, [message_id, line_id, address])
        cursor.execute("ANALYZE customers_customer, decide_verdict")
