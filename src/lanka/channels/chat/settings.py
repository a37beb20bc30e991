"""The set-up form of a chat line."""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext_noop as _
from pydantic import BaseModel, Field, field_validator
from pydantic.config import JsonDict

from lanka.channels.chat.questions import Question, questions_in

LONG: JsonDict = {"widget": "textarea"}
HEX = r"^(#[0-9a-fA-F]{6})?$"


class Settings(BaseModel):
    title: str = Field("", max_length=60, title=_("Name in the header"), description=_("Empty: the brand's name"))
    language: Literal["en", "fi", "sv", "pl"] = Field(
        "en", title=_("Language"), description=_("For pages and browsers in a language that the chat does not speak")
    )
    color: str = Field("", pattern=HEX, title=_("Colour"), description=_("#RRGGBB; empty: the brand's colour"))
    theme: Literal["device", "light", "dark"] = Field("device", title=_("Light or dark"))
    position: Literal["right", "left"] = Field("right", title=_("Corner of the page"))
    greeting: str = Field("", max_length=200, title=_("Greeting"), description=_("Empty: a greeting of ours in the visitor's language"))
    greeting_fi: str = Field("", max_length=200, title=_("Greeting in Finnish"))
    greeting_sv: str = Field("", max_length=200, title=_("Greeting in Swedish"))
    greeting_pl: str = Field("", max_length=200, title=_("Greeting in Polish"))
    away: str = Field("", max_length=300, title=_("When closed"), description=_("Said after hours, where a message can be left"))
    away_fi: str = Field("", max_length=300, title=_("When closed, in Finnish"))
    away_sv: str = Field("", max_length=300, title=_("When closed, in Swedish"))
    away_pl: str = Field("", max_length=300, title=_("When closed, in Polish"))
    closed: bool = Field(False, title=_("Closed now"), description=_("Takes messages only, whatever the opening hours say"))
    questions: str = Field(
        "",
        max_length=2000,
        title=_("Questions before the chat"),
        description=_("One a line: name, email, phone, order, or 'topic: An order | A repair'. A star makes it required: email*"),
        json_schema_extra=LONG,
    )
    origins: str = Field(
        "",
        max_length=2000,
        title=_("Sites that may show it"),
        description=_("One a line, like https://www.example.com; empty: any site"),
        json_schema_extra=LONG,
    )
    file_limit: int = Field(10, ge=0, le=25, title=_("Largest file, megabytes"), description=_("0: no files"))
    offline_minutes: int = Field(
        5, ge=1, le=1440, title=_("Minutes until an unseen answer follows by email"), description=_("Where the visitor gave an address")
    )
    page_views: bool = Field(False, title=_("Keep the pages a visitor opens"), description=_("Only of those who have written"))
    messages_a_minute: int = Field(30, ge=1, le=1000, title=_("Messages a minute from one visitor"))
    visitors_a_minute: int = Field(60, ge=1, le=100_000, title=_("New visitors a minute from one network address"))

    @field_validator("questions")
    @classmethod
    def _readable(cls, value: str) -> str:
        questions_in(value)
        return value

    @field_validator("origins")
    @classmethod
    def _origins(cls, value: str) -> str:
        for line in value.split():
            if not line.startswith(("https://", "http://")) or line.count("/") != 2:
                raise ValueError(f"{line}: write it as https://www.example.com, with nothing after it")
        return value

    def said(self, what: Literal["greeting", "away"], language: str) -> str:
        """The company's own text in this language, '' where it wrote none."""
        own = {"fi": f"{what}_fi", "sv": f"{what}_sv", "pl": f"{what}_pl"}.get(language, what)
        return str(getattr(self, own))

    def asked(self, language: str) -> list[Question]:
        return questions_in(self.questions, language)

    def allows(self, origin: str) -> bool:
        allowed = self.origins.split()
        return not allowed or origin in allowed

    @property
    def file_bytes(self) -> int:
        return self.file_limit * 1024 * 1024
