"""Captured payloads: what a provider really sent, with personal data replaced, and what we must make of it.

`captured/<name>.json` is the payload, `captured/<name>.expect.json` the items in it. `captured/line.json` are the settings of a
sample line, as its form would give them. `docs/write-a-channel.md` has the format.
"""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from lanka.channels.base import Channel, File, Item, LineView, NotUnderstood, Raw

ARRIVED = datetime(2026, 1, 2, 10, 0, tzinfo=UTC)  # unless the payload says otherwise
EXPECT = ".expect.json"


@dataclass(frozen=True, slots=True)
class Captured:
    name: str
    line: LineView
    raw: Raw
    expected: Any  # a list of items, or {"error": "NotUnderstood"}; None when it is missing


def sample(channel: Channel, folder: Path, changes: Mapping[str, Any] | None = None) -> LineView:
    """A line with the settings of `captured/line.json`, else with their defaults. Raises pydantic.ValidationError."""
    file = folder / "captured" / "line.json"
    said = json.loads(file.read_text()) if file.exists() else {}
    said = {**said, **(changes or {}), "settings": {**said.get("settings", {}), **(changes or {}).get("settings", {})}}
    return LineView(
        id=1,
        token="sample",  # noqa: S106
        name=said.get("name", channel.kind),
        kind=channel.kind,
        settings=channel.Settings.model_validate(said["settings"]),
        country=said.get("country", "FI"),
        public_url=said.get("public_url", "https://lanka.example.fi"),
        brand=said.get("brand", {"name": "Pyörä & Polku"}),
    )


def all_captured(channel: Channel, folder: Path) -> Iterator[Captured]:
    for file in sorted((folder / "captured").glob("*.json")):
        if file.name.endswith(EXPECT) or file.name == "line.json":
            continue
        said = json.loads(file.read_text())
        expect = file.with_name(file.name.removesuffix(".json") + EXPECT)
        expected = json.loads(expect.read_text()) if expect.exists() else None
        yield Captured(file.stem, sample(channel, folder, said.get("line")), raw_of(said["raw"], file.parent), expected)


def raw_of(said: Mapping[str, Any], folder: Path) -> Raw:
    at = datetime.fromisoformat(said["received_at"]) if "received_at" in said else ARRIVED
    plain = {name: said[name] for name in ("method", "path", "query", "remote", "key") if name in said}
    headers = {name.lower(): value for name, value in said.get("headers", {}).items()}
    return Raw(body_of(said, folder), headers, received_at=at, **plain)


def body_of(said: Mapping[str, Any], folder: Path) -> bytes:
    if "body_json" in said:
        return json.dumps(said["body_json"], ensure_ascii=False).encode()
    if "body_base64" in said:
        return base64.b64decode(said["body_base64"])
    if "body_file" in said:
        return (folder / str(said["body_file"])).read_bytes()
    return str(said.get("body_text", "")).encode()


def understood(channel: Channel, captured: Captured) -> Any:
    """The items as plain data, or {"error": …}."""
    try:
        return [shown(item) for item in channel.receive(captured.line, captured.raw)]
    except NotUnderstood:
        return {"error": "NotUnderstood"}


def shown(item: Item) -> dict[str, Any]:
    values = {field.name: _plain(getattr(item, field.name)) for field in dataclasses.fields(item)}
    return {"type": type(item).__name__.lower(), **values}


def _plain(value: Any) -> Any:
    if isinstance(value, File):
        found = {"name": value.name, "content_type": value.content_type, "inline_id": value.inline_id, "ref": value.ref}
        return found | {"size": len(value.data), "sha256": sha256(value.data).hexdigest()}
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value.total_seconds() if isinstance(value, timedelta) else value


def differences(expected: Any, found: Any, where: str = "") -> Iterable[str]:
    """What is expected must be there; what is not mentioned may be anything. A list has exactly the items expected."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            if name not in found:
                yield f"{where}.{name} is missing"
            else:
                yield from differences(value, found[name], f"{where}.{name}")
    elif isinstance(expected, list) and isinstance(found, list):
        if len(expected) != len(found):
            yield f"{where or 'the items'}: {len(expected)} expected, {len(found)} found: {found!r:.300}"
        else:
            for number, (one, other) in enumerate(zip(expected, found, strict=True)):
                yield from differences(one, other, f"{where}[{number}]")
    elif expected != found:
        yield f"{where}: {expected!r} expected, {found!r:.300} found"
