"""A message shown exactly as it was: the version it was made from never changes, and the values were kept with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lanka.channels.base import Capabilities
from lanka.content.models import Version
from lanka.content.prepare import NO_LINKS, Composed, Links, Prepared, prepare


def again(  # noqa: PLR0917 (what a message is made of, in the order of making)
    version: Version, language: str, can: Capabilities, brand: Mapping[str, str], values: Mapping[str, Any], links: Links = NO_LINKS
) -> Composed:
    """The same bytes as when it was sent, given the same brand tokens, values and links."""
    return ready(version, language, can, brand).show(values, links)


def ready(version: Version, language: str, can: Capabilities, brand: Mapping[str, str]) -> Prepared:
    """Prepared once a process for this version, language, way and brand."""
    return _ready(version.pk, language, can, json.dumps(dict(brand), sort_keys=True), version.digest)


@lru_cache(maxsize=256)
def _ready(version: int, language: str, can: Capabilities, brand: str, _digest: str) -> Prepared:
    return prepare(Version.objects.only("texts").get(pk=version).texts, language, can, json.loads(brand))


def digest(texts: Mapping[str, Any]) -> str:
    """Of the texts: the same words are the same content."""
    return hashlib.sha256(json.dumps(texts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
