"""What a till may say, as typed models: the edge answers 422 with the reason, `receive` uses the same ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field, StringConstraints, ValidationError, model_validator

Kind = Literal["visit", "purchase", "pickup", "note"]
KINDS: tuple[Kind, ...] = ("visit", "purchase", "pickup", "note")
KEY = r"^[\x21-\x7e]{1,120}$"
LATEST = timedelta(minutes=10)  # a till's clock that is further ahead is wrong
MOST = 500  # happenings in one batch

Short = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=120),
    BeforeValidator(lambda v: v.replace("\0", "") if isinstance(v, str) else v),
]
Long = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=4000),
    BeforeValidator(lambda v: v.replace("\0", "") if isinstance(v, str) else v),
]
Cents = Annotated[int, Field(strict=True, ge=-(10**12), le=10**12)]


class Who(BaseModel):
    """At least one. The card and the code come first: they were held in a hand."""

    card: Short = ""
    qr: Annotated[str, StringConstraints(max_length=400)] = ""
    phone: Short = ""
    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)] = ""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.card or self.qr or self.phone or self.email):
            raise ValueError("say who: card, qr, phone or email")
        return self


class Goods(BaseModel):
    sku: Short = ""
    name: Short = ""
    category: Short = ""
    quantity: Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)] = 1
    amount: Cents | None = None  # of the whole line, in minor units


class Said(BaseModel):
    """One happening at a counter."""

    who: Who
    at: AwareDatetime | None = None
    store: Short = ""
    register_: Short = Field("", alias="register")
    clerk: Short = ""
    name: Short = ""  # the customer's, where the till knows it
    checked: bool = False  # the clerk saw a proof that the number or address is theirs
    text: Long = ""
    order: Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)] = ""
    lines: list[Goods] = Field(default_factory=list, max_length=500)
    amount: Cents | None = None  # minor units
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"

    def moment(self, received: datetime | None) -> datetime:
        """UTC; when it arrived, where the till does not say or lives in the future."""
        arrived = received or datetime.now(UTC)
        return arrived if self.at is None or self.at > arrived + LATEST else self.at.astimezone(UTC)

    def data(self, default_store: str) -> dict[str, Any]:
        """Only what was said."""
        goods = [one.model_dump(exclude_defaults=True) | {"quantity": one.quantity} for one in self.lines]
        total = self.amount if self.amount is not None else sum(one.amount or 0 for one in self.lines) if goods else None
        money = {"amount": total, "currency": self.currency} if total is not None else {}
        told = {"store": self.store or default_store, "register": self.register_, "clerk": self.clerk, "order": self.order, "lines": goods}
        return {name: value for name, value in told.items() if value} | money


class Entry(Said):
    """One of a batch. Its key makes it one, also when a later batch holds it again."""

    kind: Kind
    key: Annotated[str, StringConstraints(pattern=KEY)] = ""


class Batch(BaseModel):
    happenings: list[Entry] = Field(min_length=1, max_length=MOST)


def read(kind: str, body: bytes) -> list[Entry]:
    """Raises pydantic.ValidationError. `kind` is the end of the path: one of KINDS, or 'batch'."""
    if kind == "batch":
        return Batch.model_validate_json(body).happenings
    said = Said.model_validate_json(body)
    if kind == "note" and not said.text:
        raise ValidationError.from_exception_data("note", [{"type": "missing", "loc": ("text",), "input": None}])
    return [Entry.model_construct(**{name: getattr(said, name) for name in Said.model_fields}, kind=kind, key="")]


def words(error: ValidationError) -> list[dict[str, str]]:
    """Where and what is wrong, without repeating what was sent."""
    return [
        {"where": ".".join(map(str, one["loc"])) or "body", "what": one["msg"]}
        for one in error.errors(include_input=False, include_url=False)
    ][:20]
