"""The blocks that a text is written in: `{'fi': {'subject', 'preview', 'short', 'blocks': [...]}, 'sv': …}`, checked by block and field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

LONGEST = 20_000  # characters a language, all its words together
Words = Annotated[str, Field(max_length=6000)]
Line = Annotated[str, Field(max_length=300)]
Url = Annotated[str, Field(max_length=1000)]
Sha = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class One(BaseModel):
    """What every block has. `when`: a Liquid condition such as `product.name contains "Kuura"`; empty means always."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)
    id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    when: Line = ""


class Heading(One):
    kind: Literal["heading"]
    text: Line = ""


class Text(One):
    """Paragraphs, lists, **bold**, *italic*, [words](https://…)."""

    kind: Literal["text"]
    text: Words = ""


class Picture(One):
    """A stored file. `width`, `height` in pixels, so that nothing jumps while it loads."""

    kind: Literal["picture"]
    file: Sha = ""
    name: Line = ""
    alt: Line = ""
    url: Url = ""
    width: int = Field(default=0, ge=0, le=10_000)
    height: int = Field(default=0, ge=0, le=10_000)


class Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    label: Line = ""
    value: Line = ""


class Facts(One):
    kind: Literal["facts"]
    rows: list[Row] = Field(default_factory=list, max_length=30)


class Product(One):
    kind: Literal["product"]
    name: Line = ""
    text: Words = ""
    price: Line = ""
    before: Line = ""  # the price before the offer
    file: Sha = ""
    alt: Line = ""
    label: Line = ""
    url: Url = ""
    width: int = Field(default=0, ge=0, le=10_000)
    height: int = Field(default=0, ge=0, le=10_000)


class Button(One):
    """With `url` a link, on paper a QR code; with `reply` instead, a quick reply where there are such, which comes back as that word."""

    kind: Literal["button"]
    label: Line = ""
    url: Url = ""
    reply: Annotated[str, Field(max_length=60)] = ""


class Order(One):
    """The person's own order: what was bought, and where the parcel is. Words come with the language, values from `order`."""

    kind: Literal["order"]
    lines: bool = True
    parcel: bool = True


class Invoice(One):
    """The person's own invoice: lines, total and how to pay. Values from `invoice`."""

    kind: Literal["invoice"]


class Signature(One):
    kind: Literal["signature"]
    closing: Line = ""
    name: Line = ""
    role: Line = ""


class Legal(One):
    kind: Literal["legal"]
    text: Words = ""


Block = Annotated[
    Heading | Text | Picture | Facts | Product | Button | Order | Invoice | Signature | Legal,
    Field(discriminator="kind"),
]


class Written(BaseModel):
    """One language. `short` is what a text message says; without it the texts and buttons are used."""

    model_config = ConfigDict(extra="forbid")
    subject: Line = ""
    preview: Line = ""
    short: Annotated[str, Field(max_length=1000)] = ""
    blocks: list[Block] = Field(default_factory=list, max_length=80)


Texts = dict[str, Written]
_texts: TypeAdapter[Texts] = TypeAdapter(Texts)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class NotBlocks(ValueError):
    """`faults`: [{'language', 'block', 'field', 'words'}]; the message says the first of them."""

    def __init__(self, faults: list[dict[str, str]]) -> None:
        self.faults = faults
        first = faults[0]
        where = " · ".join(part for part in (first["language"], first["block"], first["field"]) if part)
        super().__init__(f"{where}: {first['words']}" if where else first["words"])


def read(texts: Mapping[str, Any]) -> Texts:
    """Checks the shape, not the sense (`check.py` does that). Raises NotBlocks."""
    try:
        found = _texts.validate_python(dict(texts))
    except ValidationError as error:
        raise NotBlocks([fault(one, texts) for one in error.errors(include_url=False)[:50]]) from error
    faults = [told(language, "", "", _("There is no such language.")) for language in found if not LANGUAGE.fullmatch(language)]
    for language, written in found.items():
        faults += measured(language, written)
    if faults:
        raise NotBlocks(faults)
    return found


def measured(language: str, written: Written) -> list[dict[str, str]]:
    faults, seen = [], set[str]()
    for block in written.blocks:
        if block.id in seen:
            faults.append(told(language, block.id, "id", _("Two blocks have the same id.")))
        seen.add(block.id)
    if len(written.model_dump_json()) > LONGEST * 3:
        faults.append(told(language, "", "", _("This is too long. Shorten it, or make two messages of it.")))
    return faults


def told(language: str, block: str, field: str, words: str) -> dict[str, str]:
    return {"language": language, "block": block, "field": field, "words": words}


def fault(error: Any, texts: Mapping[str, Any]) -> dict[str, str]:
    """A pydantic error as language, block (its id) and field."""
    where = [str(part) for part in error["loc"]]
    language, block, field = (where or [""])[0], "", where[-1] if len(where) > 1 else ""
    if len(where) > 2 and where[1] == "blocks" and where[2].isdigit():
        found = texts[language]["blocks"][int(where[2])]
        block = str(found.get("id") or int(where[2]) + 1) if isinstance(found, Mapping) else str(int(where[2]) + 1)
        field = ".".join(where[4:])  # after the kind
    return told(language, block, field, error["msg"])


def plain(texts: Texts) -> dict[str, Any]:
    """As it is stored: everything, also what is empty, so that the same words are the same bytes."""
    return {language: texts[language].model_dump() for language in sorted(texts)}
