"""What PostgreSQL's text and jsonb refuse is taken out, wherever a channel left it: a message must not be lost to one octet."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from lanka.channels.base import Item

REFUSED = re.compile("\\0|[\ud800-\udfff]")


def clean(item: Item) -> Item:
    """Zero octets go; half a surrogate pair becomes the sign for an unreadable character."""
    values = {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
    changed = {name: better for name, value in values.items() if (better := _clean(value)) is not value}
    return dataclasses.replace(item, **changed) if changed else item


def _clean(value: Any) -> Any:
    """The very same object when there was nothing to do, as nearly always."""
    if isinstance(value, str):
        return REFUSED.sub(lambda found: "" if found[0] == "\0" else "\ufffd", value) if REFUSED.search(value) else value
    if isinstance(value, list | tuple):
        better = [_clean(inner) for inner in value]
        return type(value)(better) if any(one is not other for one, other in zip(better, value, strict=True)) else value
    if isinstance(value, Mapping):
        pairs = {_clean(name): _clean(inner) for name, inner in value.items()}
        same = len(pairs) == len(value) and all(name in pairs and pairs[name] is inner for name, inner in value.items())
        return value if same else pairs
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return clean(value)  # type: ignore[arg-type]
    return value
