"""A form made of a channel's typed settings, and what was typed made into settings again. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from lanka.channels.settings import is_secret

LANGUAGES = dict(settings.LANGUAGES)
PREFIX = "s-"
CLEAR = "-clear"
Errors = dict[str, str]


@dataclass(slots=True)
class Field:
    """What the template shows. `widget`: text, textarea, number, select, check, secret, secret-area."""

    name: str
    title: str
    description: str
    widget: str
    value: Any = ""
    required: bool = False
    choices: list[tuple[str, str]] = field(default_factory=list)
    limits: dict[str, Any] = field(default_factory=dict)
    shown_if: str = ""  # "mode=sftp,printer"
    kept: bool = False  # a secret is stored; left empty it stays
    error: str = ""


def fields(model: type[BaseModel], values: Mapping[str, Any], errors: Errors, kept: Mapping[str, str]) -> list[Field]:
    """`values`: what stands in the inputs, as typed or stored, secrets left out. `kept`: the stored secrets."""
    return [made(name, info, values, errors, kept) for name, info in model.model_fields.items()]


def made(name: str, info: FieldInfo, values: Mapping[str, Any], errors: Errors, kept: Mapping[str, str]) -> Field:
    value = values.get(name, "")
    return Field(
        name=PREFIX + name,
        title=_(info.title or name.replace("_", " ").capitalize()),
        description=_(info.description) if info.description else "",
        widget=widget(info),
        value=value.get_secret_value() if isinstance(value, SecretStr) else value,
        required=info.is_required(),
        choices=choices(info),
        limits=limits(info),
        shown_if=shown_if(info),
        kept=bool(kept.get(name)),
        error=errors.get(name, ""),
    )


def extra(info: FieldInfo) -> dict[str, Any]:
    return info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}


def widget(info: FieldInfo) -> str:
    area = extra(info).get("widget") == "textarea"
    if is_secret(info.annotation):
        return "secret-area" if area else "secret"
    if choices(info):
        return "select"
    if info.annotation is bool:
        return "check"
    return "textarea" if area else "number" if info.annotation in (int, float) else "text"


def choices(info: FieldInfo) -> list[tuple[str, str]]:
    given = extra(info).get("choices")
    if given:
        pairs = given.items() if isinstance(given, dict) else given
        return [(str(one[0]), _(str(one[1]))) if isinstance(one, list | tuple) else (str(one), str(one)) for one in pairs]
    if get_origin(info.annotation) is Literal:
        return [(str(one), plain(str(one))) for one in get_args(info.annotation)]
    return []


ACRONYMS = {"imap", "tls", "starttls", "smpp", "http", "sftp", "udh", "ascii", "gsm7", "ipp"}
CHOICES = {
    "none": pgettext_lazy("choice", "None"),
    "listener": pgettext_lazy("choice", "Our own mail listener"),
    "folder": pgettext_lazy("choice", "Folder"),
    "printer": pgettext_lazy("choice", "Printer"),
    "separate": pgettext_lazy("choice", "One session each way"),
    "transceiver": pgettext_lazy("choice", "One session for both ways"),
    "payload": pgettext_lazy("choice", "In one piece (message_payload)"),
    "webhook": pgettext_lazy("choice", "They call us (webhook)"),
    "polling": pgettext_lazy("choice", "We ask them (polling)"),
    "device": pgettext_lazy("choice", "As the device"),
    "light": pgettext_lazy("choice", "Light"),
    "dark": pgettext_lazy("choice", "Dark"),
    "right": pgettext_lazy("choice", "Right"),
    "left": pgettext_lazy("choice", "Left"),
}


def plain(value: str) -> str:
    """A choice that its channel gave no words for, so that it can be read."""
    if value in LANGUAGES:
        return LANGUAGES[value]
    if value in CHOICES:
        return str(CHOICES[value])
    return value.upper() if value in ACRONYMS else value.replace("_", " ").capitalize()


def limits(info: FieldInfo) -> dict[str, Any]:
    """For the browser; the model judges."""
    found: dict[str, Any] = {}
    for rule in info.metadata:
        if isinstance(rule, Ge):
            found["min"] = rule.ge
        elif isinstance(rule, Le):
            found["max"] = rule.le
        elif isinstance(rule, MaxLen):
            found["maxlength"] = rule.max_length
    return found


def shown_if(info: FieldInfo) -> str:
    rule = extra(info).get("shown_if")
    if not isinstance(rule, dict) or not rule:
        return ""
    name, wanted = next(iter(rule.items()))
    values = wanted if isinstance(wanted, list | tuple) else [wanted]
    return f"{PREFIX}{name}=" + ",".join(str(one).lower() if isinstance(one, bool) else str(one) for one in values)


def typed(model: type[BaseModel], post: Mapping[str, str]) -> dict[str, Any]:
    """What stands in the form, so that a refused one comes back as it was."""
    found: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        text = post.get(PREFIX + name, "").replace("\r\n", "\n")
        found[name] = PREFIX + name in post if info.annotation is bool else text
    return found


def settings_from(model: type[BaseModel], post: Mapping[str, str], kept: Mapping[str, str]) -> tuple[BaseModel | None, Errors]:
    """The settings, or what is wrong with each field ('' is the whole)."""
    told = typed(model, post)
    for name, info in model.model_fields.items():
        if is_secret(info.annotation):
            told[name] = "" if PREFIX + name + CLEAR in post else told[name].strip() or kept.get(name, "")
        left_out = PREFIX + name not in post or info.is_required() or info.annotation in (int, float)
        if told[name] == "" and left_out:
            del told[name]
    try:
        return model.model_validate(told), {}
    except ValidationError as error:
        return None, words(error)


def words(error: ValidationError) -> Errors:
    """Per field, for people."""
    found: Errors = {}
    for one in error.errors(include_url=False):
        found.setdefault(str(one["loc"][0]) if one["loc"] else "", sentence(one["type"], one["msg"], one.get("ctx") or {}))
    return found


def sentence(kind: str, message: str, context: Mapping[str, Any]) -> str:
    known = {
        "missing": _("This is needed."),
        "int_parsing": _("Write a whole number."),
        "greater_than_equal": _("At least %(ge)s.") % {"ge": context.get("ge")},
        "less_than_equal": _("At most %(le)s.") % {"le": context.get("le")},
        "string_too_long": _("At most %(most)s characters.") % {"most": context.get("max_length")},
        "string_pattern_mismatch": _("This is not written as expected."),
    }
    plain = known.get(kind) or message.removeprefix("Value error, ")
    return plain[:1].upper() + plain[1:]


def shown(stored: BaseModel | None, model: type[BaseModel]) -> dict[str, Any]:
    """Stored settings as the inputs show them; secrets stay where they are."""
    told = stored.model_dump(mode="json") if stored else {}
    return {name: told.get(name, "") for name, info in model.model_fields.items() if not is_secret(info.annotation)}


def fresh(model: type[BaseModel]) -> dict[str, Any]:
    """What a new line starts with. A secret that is made for it is shown once, to be handed on."""
    return {name: info.get_default(call_default_factory=True) for name, info in model.model_fields.items() if not info.is_required()}
