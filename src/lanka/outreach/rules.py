"""The shape of a rule: a tree of groups (all, any, none) and conditions. Segments keep one; a journey's conditions are the same.

A rule is data (JSON), checked here once; `leaves.py` says what a condition means in SQL, `sentence.py` in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Unit = Literal["days", "weeks", "months", "years"]
ANY = "*"
BUYING = ["purchase", "order.*", "pickup"]
WHO = ["person.*"]  # two became one, or parted: what was theirs is counted anew
DEEPEST = 6


class BadRule(ValueError):
    """Not a rule, in words for the person who wrote it."""


class Condition(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    no: bool = False  # turned round: did not, is not

    def news(self) -> list[str]:
        """Kinds of events that can change the answer; 'order.*' is all that begin so, '*' every one."""
        return [ANY]


class Timed(Condition):
    """`last`: the last time was longer ago than that. Dates are days in UTC."""

    when: Literal["ever", "within", "before", "last", "since", "until"] = "ever"
    n: Annotated[int, Field(ge=1, le=3650)] = 6
    unit: Unit = "months"
    date: dt.date | None = None

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.when in ("since", "until") and self.date is None:
            raise ValueError("choose a date")
        return self


class Language(Condition):
    is_: Literal["language"] = Field(alias="is")
    values: Annotated[list[Word], Field(min_length=1, max_length=50)]


class Place(Condition):
    """Town and postcode by the newest, most trusted postal address; the country also by their phone or time zone (ISO 3166)."""

    is_: Literal["place"] = Field(alias="is")
    what: Literal["country", "town", "postcode"]
    values: Annotated[list[Word], Field(max_length=200)] = []
    low: str = Field("", max_length=12)  # postcodes from … to, as written there
    high: str = Field("", max_length=12)

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if not self.values and not (self.what == "postcode" and self.low and self.high):
            raise ValueError("say where")
        return self


class Known(Condition):
    """A proven way to reach them is known: a kind of identifier, or 'street'."""

    is_: Literal["known"] = Field(alias="is")
    what: Word


class Met(Timed):
    """Since when they are known."""

    is_: Literal["met"] = Field(alias="is")


class FactIs(Condition):
    """A fact of theirs. `past`, `ahead`, `anniversary`: the fact is a day (YYYY-MM-DD), seen from today with `n` and `unit`."""

    is_: Literal["fact"] = Field(alias="is")
    field: Word
    how: Literal["is", "contains", "known", "at_least", "at_most", "past", "ahead", "anniversary"] = "is"
    value: str = Field("", max_length=200)
    n: Annotated[int, Field(ge=1, le=3650)] = 7
    unit: Unit = "days"

    @model_validator(mode="after")
    def _valued(self) -> Self:
        if self.how in ("is", "contains") and not self.value:
            raise ValueError("say what it should be")
        if self.how in ("at_least", "at_most"):
            try:
                float(self.value)
            except ValueError:
                raise ValueError("write a number") from None
        return self


class Consented(Condition):
    is_: Literal["consent"] = Field(alias="is")
    topic: Word
    channel: str = Field("", max_length=40)  # '': whatever the channel
    said: Literal["yes", "no", "nothing"] = "yes"

    def news(self) -> list[str]:
        return ["consent*", "topic.*", "preference*", *WHO]


class Prefers(Condition):
    is_: Literal["prefers"] = Field(alias="is")
    what: Literal["channel", "paused"] = "channel"
    topic: str = Field("", max_length=40)  # '': about everything
    channel: str = Field("", max_length=40)

    def news(self) -> list[str]:
        return ["consent*", "preference*", *WHO]


class Did(Timed):
    """Something on the timeline. `match`: words of its data that must be so."""

    is_: Literal["did"] = Field(alias="is")
    event: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{1,39}$")]
    match: dict[Word, str] = Field(default_factory=dict, max_length=5)
    times: Annotated[int, Field(ge=1, le=1000)] = 1  # at least

    def news(self) -> list[str]:
        return [self.event, *WHO]


class Bought(Timed):
    """Purchases on the web and in the shops. `total`: at least so much together, in minor units of `currency`."""

    is_: Literal["bought"] = Field(alias="is")
    what: Literal["anything", "category", "product", "sku"] = "anything"
    value: str = Field("", max_length=80)
    store: str = Field("", max_length=80)
    times: Annotated[int, Field(ge=1, le=1000)] = 1  # at least so many purchases
    total: Annotated[int, Field(ge=0, le=10**12)] = 0
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "EUR"

    @model_validator(mode="after")
    def _what(self) -> Self:
        if self.what != "anything" and not self.value.strip():
            raise ValueError("say what they bought")
        return self

    def news(self) -> list[str]:
        return [*BUYING, *WHO]


class Score(Condition):
    """Recency, frequency, money: 1 (the lowest fifth of all who bought) to 5 (the best)."""

    is_: Literal["score"] = Field(alias="is")
    what: Literal["recency", "frequency", "money"]
    least: Annotated[int, Field(ge=1, le=5)] = 4
    most: Annotated[int, Field(ge=1, le=5)] = 5

    def news(self) -> list[str]:
        return [*BUYING, *WHO]


class InSegment(Condition):
    is_: Literal["segment"] = Field(alias="is")
    segment: int

    def news(self) -> list[str]:
        return []  # those of the segment's own rule


class Group(BaseModel):
    """`none`: nobody who fits one of them. An empty 'all' or 'none' is everybody, an empty 'any' nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    is_: Literal["all", "any", "none"] = Field("all", alias="is")
    rules: Annotated[list[Rule], Field(max_length=40)] = []


Leaf = Language | Place | Known | Met | FactIs | Consented | Prefers | Did | Bought | Score | InSegment
Rule = Annotated[Leaf | Group, Field(discriminator="is_")]
Group.model_rebuild()
READER: TypeAdapter[Leaf | Group] = TypeAdapter(Rule)


def read(data: Any) -> Leaf | Group:
    """Raises BadRule. {} is everybody."""
    try:
        rule = READER.validate_python(data or {"is": "all"})
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRule(first["msg"].removeprefix("Value error, ")) from error
    if depth(rule) > DEEPEST:
        raise BadRule("too many groups inside each other")
    return rule


def written(rule: Leaf | Group) -> dict[str, Any]:
    return rule.model_dump(mode="json", by_alias=True, exclude_defaults=False)


def depth(rule: Leaf | Group) -> int:
    return 1 + max((depth(one) for one in rule.rules), default=0) if isinstance(rule, Group) else 0


def conditions(rule: Leaf | Group) -> Iterator[Leaf]:
    if isinstance(rule, Group):
        for one in rule.rules:
            yield from conditions(one)
    else:
        yield rule


def named(rule: Leaf | Group) -> set[int]:
    """The segments that it names itself."""
    return {one.segment for one in conditions(rule) if isinstance(one, InSegment)}


def news(rule: Leaf | Group) -> list[str]:
    return sorted({kind for one in conditions(rule) for kind in one.news()})
