"""A line's settings between the form, the database (secrets locked) and the channel (typed, opened)."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from lanka.channels.base import Channel
from lanka.core import secrets


def is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or SecretStr in get_args(annotation)


def secret_fields(model: type[BaseModel]) -> set[str]:
    return {name for name, field in model.model_fields.items() if is_secret(field.annotation)}


def pack(settings: BaseModel) -> dict[str, Any]:
    """What is stored: plain JSON with the secrets locked."""
    packed = settings.model_dump(mode="json")
    for name in secret_fields(type(settings)):
        value = getattr(settings, name)
        packed[name] = secrets.lock(value.get_secret_value()) if value is not None and value.get_secret_value() else None
        if packed[name] is None and type(settings).model_fields[name].annotation is SecretStr:
            packed[name] = ""
    return packed


def unpack(channel: Channel, packed: dict[str, Any]) -> Any:
    """The channel's Settings. Raises pydantic.ValidationError, ValueError (another secret key)."""
    opened = dict(packed)
    for name in secret_fields(channel.Settings):
        if isinstance(opened.get(name), str) and opened[name]:
            opened[name] = secrets.unlock(opened[name])
    return channel.Settings.model_validate(opened)
