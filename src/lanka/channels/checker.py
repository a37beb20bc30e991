"""What every channel's folder must hold and do, as plain problems: `./lanka check` prints them, `contract.py` makes tests of them.

A rule looks at one channel and yields a sentence for each thing that is wrong and how to mend it. It touches no network and no database.
"""

from __future__ import annotations

import inspect
import json
import re
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

from pydantic import SecretStr, ValidationError

from lanka.channels import registry
from lanka.channels.base import Capabilities, Channel, ChannelError, Fetches, Forged, Listens, Polls, Raw, ReceiptState, Serves, Verifies
from lanka.channels.captured import Captured, all_captured, differences, sample, understood
from lanka.channels.items import IdentifierKind, Measure
from lanka.channels.rubbish import crash, harmed, rubbish
from lanka.channels.settings import is_secret, secret_fields

BY_SENDING = {"accepted", "sent"}  # receipts that `send` itself may give
SECRET_NAMES = re.compile(r"password|secret|token|api_?key|private_?key|passphrase", re.IGNORECASE)
LONGEST_KEY = 200
Rule = Callable[["Subject"], Iterator[str]]


@dataclass(frozen=True)
class Subject:
    folder: Path
    channel: Channel

    @property
    def receives(self) -> bool:
        return type(self.channel).receive is not Channel.receive


def folder_is_complete(subject: Subject) -> Iterator[str]:
    kind = subject.channel.kind
    if kind != subject.folder.name:
        yield f"its kind is {kind!r}, its folder {subject.folder.name!r}: they must be the same"
    if not str(getattr(subject.channel, "name", "")):
        yield "it has no name for people"
    for name in ("README.md", "icon.svg", "fake.py", f"test_{kind}.py"):
        file = subject.folder / name
        if not file.is_file() or not file.read_text().strip():
            yield f"{name} is missing or empty"


def readme_is_titled(subject: Subject) -> Iterator[str]:
    file = subject.folder / "README.md"
    if file.exists() and not file.read_text().startswith("# "):
        yield "README.md must begin with a title ('# …'): the desk shows it beside the form"


def icon_fits(subject: Subject) -> Iterator[str]:
    file = subject.folder / "icon.svg"
    if not file.exists():
        return
    text = file.read_text()
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 our own file
    except ElementTree.ParseError as error:
        yield f"icon.svg is not XML: {error}"
        return
    if root.get("viewBox") != "0 0 24 24" or "currentColor" not in text:
        yield "icon.svg must be drawn on 24 × 24 (viewBox) in currentColor"
    if re.search(r"<script|<image|<foreignObject|\son\w+=|href=", text):
        yield "icon.svg may hold shapes only"


def settings_make_a_form(subject: Subject) -> Iterator[str]:
    for name, field in subject.channel.Settings.model_fields.items():
        if not field.title:
            yield f"Settings.{name} has no title: its label in the form"
        if SECRET_NAMES.search(name) and field.annotation is str and not is_secret(field.annotation):
            yield f"Settings.{name} looks like a secret: make it SecretStr"


def settings_can_be_filled_in(subject: Subject) -> Iterator[str]:
    try:
        sample(subject.channel, subject.folder)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'all'}: {one['msg']}" for one in error.errors())
        yield f"Settings cannot be made of captured/line.json, or of the defaults where it is missing: {wrong}"


def secrets_stay_hidden(subject: Subject) -> Iterator[str]:
    marks = {name: f"hush-{name}" for name in secret_fields(subject.channel.Settings)}
    line = sample(subject.channel, subject.folder)
    opened = {name: getattr(line.settings, name) for name in type(line.settings).model_fields}
    opened |= {name: SecretStr(mark) for name, mark in marks.items()}
    settings = type(line.settings).model_construct(**opened)
    written = repr(settings) + str(settings) + settings.model_dump_json(warnings=False)
    yield from (f"Settings.{name} is shown in its repr or its JSON" for name, mark in marks.items() if mark in written)


def capabilities_are_valid(subject: Subject) -> Iterator[str]:
    can = subject.channel.can(sample(subject.channel, subject.folder))
    if not isinstance(can, Capabilities):
        yield "can() must return Capabilities"
        return
    if can.address not in get_args(IdentifierKind):
        yield f"Capabilities.address is {can.address!r}: one of {', '.join(get_args(IdentifierKind))}"
    yield from (f"an unknown receipt {state!r}" for state in can.receipts if state not in get_args(ReceiptState))
    if not can.speaks and not can.listens:
        yield "it neither speaks nor listens"
    if min(can.file_limit, can.text_limit, can.buttons, can.cost) < 0:
        yield "a limit or a cost below nought"
    if can.speaks and type(subject.channel).send is Channel.send:
        yield "it says that it speaks, but has no send()"
    if can.listens and not subject.receives:
        yield "it says that it listens, but has no receive()"
    if can.previews and type(subject.channel).preview is Channel.preview:
        yield "it says that it previews, but has no preview()"
    if not re.fullmatch(r"[A-Z]{3}", can.currency):
        yield f"Capabilities.currency is {can.currency!r}: three letters"


def texts_can_be_measured(subject: Subject) -> Iterator[str]:
    line = sample(subject.channel, subject.folder)
    for text in ("", "Hei!", "ą😀\0\r\n", "pitkä " * 5000):
        found = subject.channel.measure(line, text)
        if not isinstance(found, Measure) or found.parts < 1 or found.left < 0:
            yield f"measure({text[:10]!r}…) gives {found!r}"


def powers_are_coroutines(subject: Subject) -> Iterator[str]:
    for power, name in ((Polls, "poll"), (Listens, "listen")):
        if isinstance(subject.channel, power) and not inspect.iscoroutinefunction(getattr(subject.channel, name)):
            yield f"{name}() must be 'async def'"


def captured_payloads_are_understood(subject: Subject) -> Iterator[str]:
    found = list(all_captured(subject.channel, subject.folder))
    if subject.receives and not found:
        yield "it receives, but captured/ holds no payload"
    for payload in found:
        yield from (f"captured/{payload.name}.json: {words}" for words in compared(subject.channel, payload))


def compared(channel: Channel, payload: Captured) -> Iterator[str]:
    if payload.expected is None:
        yield f"{payload.name}.expect.json is missing"
        return
    first, again = understood(channel, payload), understood(channel, payload)
    yield from differences(payload.expected, first)
    if first != again:
        yield "understood a second time it says something else: nothing may depend on when or how often"
    if not isinstance(channel, Fetches) and any(file["ref"] for item in first if isinstance(item, dict) for file in item.get("files", ())):
        yield "a file has a ref, but the channel has no fetch()"
    keys = [item["key"] for item in first if "key" in item] if isinstance(first, list) else []
    if len(set(keys)) < len(keys):
        yield "two of its items have the same key"
    yield from (f"a key must have 1 to {LONGEST_KEY} characters: {key!r}" for key in keys if not 0 < len(key) <= LONGEST_KEY)


def claimed_receipts_are_captured(subject: Subject) -> Iterator[str]:
    can = subject.channel.can(sample(subject.channel, subject.folder))
    items = [item for payload in all_captured(subject.channel, subject.folder) for item in payload.expected or () if isinstance(item, dict)]
    seen = {item.get("state") for item in items} | BY_SENDING
    yield from (f"it claims the receipt {state!r}, but no captured payload shows one" for state in can.receipts if state not in seen)


def unknown_input_is_only_not_understood(subject: Subject) -> Iterator[str]:
    if not subject.receives:
        return
    line = sample(subject.channel, subject.folder)
    payloads = list(all_captured(subject.channel, subject.folder))
    tries = [(line, raw) for raw in rubbish([payload.raw for payload in payloads])]
    tries += [(payload.line, raw) for payload in payloads for raw in harmed(payload.raw)]
    complaints = {crash(subject.channel, one, raw) for one, raw in tries}
    yield from sorted(complaint for complaint in complaints if complaint)


def strangers_are_turned_away(subject: Subject) -> Iterator[str]:
    channel = subject.channel
    if not isinstance(channel, Verifies):
        if subject.receives and not isinstance(channel, Polls | Listens | Serves):
            yield "it receives webhooks, but has no verify(): whoever knows the address could write in anybody's name"
        return
    line = sample(channel, subject.folder)
    for raw in (Raw(b""), Raw(b"{}", {"x-signature": "é\0", "authorization": "Bearer "}), Raw(b"\xff", {"x-timestamp": "9" * 400})):
        try:
            channel.verify(line, raw)
            yield f"verify() lets an unsigned request in: {raw.body!r}"
        except Forged:
            continue
        except Exception as error:
            yield f"verify() raises {type(error).__name__} instead of Forged: {error}"


RULES: tuple[Rule, ...] = (
    folder_is_complete,
    readme_is_titled,
    icon_fits,
    settings_make_a_form,
    settings_can_be_filled_in,
    secrets_stay_hidden,
    capabilities_are_valid,
    texts_can_be_measured,
    powers_are_coroutines,
    captured_payloads_are_understood,
    claimed_receipts_are_captured,
    unknown_input_is_only_not_understood,
    strangers_are_turned_away,
)


def problems(subject: Subject, rule: Rule) -> list[str]:
    """A rule that falls over has found something too."""
    try:
        return list(rule(subject))
    except ValidationError:  # `settings_can_be_filled_in` tells, once
        return []
    except (ChannelError, OSError, json.JSONDecodeError, ValueError, TypeError, KeyError, AttributeError) as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return [f"{rule.__name__.replace('_', ' ')}: {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"]


def load(folder: Path) -> Subject:
    """Raises whatever its module raises."""
    return Subject(folder, registry.load(f"lanka.channels.{folder.name}"))


def run() -> list[str]:
    """All problems of all folders, each with the channel's name before it."""
    found = []
    for folder in registry.folders():
        try:
            subject = load(folder)
        except Exception as error:
            found.append(f"channels/{folder.name}: cannot be loaded: {type(error).__name__}: {error}")
            continue
        found += [f"channels/{folder.name}: {words}" for rule in RULES for words in problems(subject, rule)]
    return found
