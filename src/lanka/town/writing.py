"""The texts of the shop in its four languages: written by Ben, approved by Sanna, as anybody would in the editor."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from lanka.content.approve import approve
from lanka.content.ask import ask
from lanka.content.draft import keep, mark
from lanka.content.models import Template
from lanka.content.template import make, remark
from lanka.town.company import Company

WORDS = Path(__file__).resolve().parent / "talk" / "writing.toml"
SITE = "https://www.pyorapolku.example"
WAYS = {"service": f"{SITE}/huolto", "winter": f"{SITE}/talvi", "shipped": "{{ order.parcel_url }}", "invoice": "{{ invoice.pay_url }}",
        "welcome": "{{ links.confirm }}"}  # fmt: skip
ONLY = {"shipped": "order.parcel_url", "invoice": "invoice.pay_url"}  # the button is there for who has such a link
SIGNS = {"service": "Ville", "winter": "Ville", "shipped": "Aino"}


def writing(company: Company) -> dict[str, Template]:
    ben, made = company.staff["ben"], {}
    for key, told in tomllib.loads(WORDS.read_text()).items():
        template = make(told.pop("name"), company.brand, by=ben)
        texts = {language: written(key, words) for language, words in told.items()}
        template = keep(template, texts, by=ben, seen=mark(Template.objects.get(pk=template.pk)))
        approve(ask(template, by=ben), by=company.staff["sanna"])
        made[key] = template
    remark(made["winter"], "Kysytään pajalta, riittääkö tilaa myös sähköpyörille.", by=company.staff["ville"], language="fi", block="facts")
    return made


def written(key: str, words: dict[str, Any]) -> dict[str, Any]:
    return {**{name: words[name] for name in ("subject", "preview", "short")}, "blocks": list(blocks(key, words))}


def blocks(key: str, words: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [{"label": label, "value": value} for label, value in words.get("facts", [])]
    made: list[dict[str, Any] | None] = [
        {"id": "heading", "kind": "heading", "text": words["heading"]},
        {"id": "text", "kind": "text", "text": words["text"]},
        {"id": "order", "kind": "order"} if key == "shipped" else None,
        {"id": "invoice", "kind": "invoice"} if key == "invoice" else None,
        {"id": "facts", "kind": "facts", "rows": rows} if rows else None,
        {"id": "button", "kind": "button", "label": words["button"], "url": WAYS[key], "when": ONLY.get(key, "")},
        {"id": "near", "kind": "text", "text": words["near"], "when": 'person.city == "Helsinki"'} if "near" in words else None,
        {"id": "bye", "kind": "signature", "closing": words["closing"], "name": SIGNS[key], "role": words["role"]}
        if key in SIGNS
        else None,
        {"id": "legal", "kind": "legal", "text": words["legal"]} if "legal" in words else None,
    ]
    return [block for block in made if block]
