"""Which channels there are: every folder here that has an `__init__.py`, and every entry point `lanka.channels`."""

from __future__ import annotations

import importlib
import inspect
import logging
from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy

from lanka import config
from lanka.channels.base import Channel, LineView
from lanka.channels.models import Line
from lanka.channels.settings import unpack

log = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent
NOT_CHANNELS = {"migrations", "management", "tests"}


def folders() -> list[Path]:
    return sorted(p.parent for p in HERE.glob("*/__init__.py") if p.parent.name not in NOT_CHANNELS)


def load(module_name: str) -> Channel:
    """The one channel of a folder. Raises whatever the folder raises; the checker shows it."""
    module = importlib.import_module(module_name)
    found = [
        c for _, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, Channel) and c is not Channel and hasattr(c, "kind")
    ]
    if len(found) != 1:
        raise RuntimeError(f"{module_name} must hold exactly one Channel, holds {len(found)}")
    return found[0]()


@cache
def all_channels() -> dict[str, Channel]:
    """Kind → channel. One that cannot be loaded is left out and said aloud; the others go on. `./lanka check` fails for it."""
    names = [f"lanka.channels.{folder.name}" for folder in folders()]
    names += [point.value for point in entry_points(group="lanka.channels")]
    found: dict[str, Channel] = {}
    for name in names:
        try:
            one = load(name)
        except Exception as error:
            log.error("channel %s cannot be used: %s", name, error)
        else:
            if isinstance(one.name, str):  # marked with gettext_noop: spoken in the reader's language from here on
                type(one).name = gettext_lazy(one.name)  # type: ignore[assignment]
            found[one.kind] = one
    return found


def channel(kind: str) -> Channel:
    """Raises KeyError."""
    return all_channels()[kind]


def view(line: Line, brand: Mapping[str, str] | None = None) -> LineView:
    """The line as its channel sees it. Raises ValueError when its settings cannot be opened."""
    known = {"id": line.id, "token": line.token, "name": line.name, "kind": line.kind, "country": line.country}
    return view_of(known, line.settings, brand or {})


def view_of(known: Mapping[str, Any], packed: dict[str, Any], brand: Mapping[str, str]) -> LineView:
    """The same from a row that was read without the ORM: `known` has id, token, name, kind and country."""
    settings = unpack(channel(known["kind"]), packed)
    return LineView(**known, settings=settings, public_url=config.PUBLIC_URL, brand=brand)
