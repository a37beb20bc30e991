"""What is asked of a line: what all lines have, and what its channel needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, SecretStr

from lanka import config
from lanka.channels.base import Channel, Serves, Verifies
from lanka.channels.models import Line, Per
from lanka.channels.settings import pack, secret_fields, unpack
from lanka.content.models import Brand
from lanka.core import secrets
from lanka.desk.settings import form

PACES = ("most", "domain_most")


class LineForm:
    """`post` is None until it was sent. `ok()`, then `keep()`."""

    def __init__(self, channel: Channel, line: Line, post: Mapping[str, str] | None) -> None:
        self.channel, self.line, self.post = channel, line, post
        self.errors: form.Errors = {}
        self.settings: BaseModel | None = None
        self.brands = list(Brand.objects.order_by("name"))

    @cached_property
    def kept(self) -> dict[str, str]:
        """The stored secrets, opened. One locked with another key is as good as lost."""
        found = {}
        for name in secret_fields(self.channel.Settings):
            stored = self.line.settings.get(name)
            try:
                found[name] = secrets.unlock(stored) if isinstance(stored, str) else ""
            except ValueError:
                found[name] = ""
        return found

    @cached_property
    def stored(self) -> BaseModel | None:
        try:
            opened: BaseModel | None = unpack(self.channel, self.line.settings) if self.line.pk else None
        except ValueError:
            return None
        return opened

    def ok(self) -> bool:
        post = self.post or {}
        self.settings, self.errors = form.settings_from(self.channel.Settings, post, self.kept)
        if not post.get("name", "").strip():
            self.errors["name"] = _("This is needed.")
        country = post.get("country", "").strip()
        if len(country) != 2 or not country.isascii() or not country.isalpha():
            self.errors["country"] = _("Two letters, such as FI or PL.")
        for name in PACES:
            if post.get(name, "").strip() and number(post.get(name, "")) is None:
                self.errors[name] = _("A whole number, or nothing.")
        return not self.errors

    def keep(self) -> list[str]:
        """Saves; gives the names of what changed, never its values."""
        assert self.settings is not None and self.post is not None
        line, post = self.line, self.post
        before = told(line)
        old = self.stored
        line.name, line.country = post["name"].strip()[:80], post["country"].strip().upper()
        line.brand_id = next((brand.pk for brand in self.brands if str(brand.pk) == post.get("brand")), None)
        line.enabled = "enabled" in post
        if self.sends:
            line.most, line.domain_most = (number(post.get(name, "")) for name in PACES)
            line.per, line.domain_per = (number(post.get(name, "")) or Per.HOUR for name in ("per", "domain_per"))
        line.settings = pack(self.settings)
        line.save()
        after = told(line)
        changed = [name for name in before if before[name] != after[name]]
        model = type(self.settings).model_fields
        return changed + [name for name in model if old is None or getattr(old, name) != getattr(self.settings, name)]

    @property
    def whole_error(self) -> str:
        return self.errors.get("", "")

    @property
    def fields(self) -> list[form.Field]:
        return form.fields(self.channel.Settings, self.values(), self.errors, self.kept)

    def values(self) -> dict[str, Any]:
        model = self.channel.Settings
        if self.post is not None:
            return form.typed(model, self.post)
        if self.line.pk is None:
            return {name: _plain(value) for name, value in form.fresh(model).items()}
        stored = form.shown(self.stored, model) if self.stored else dict(self.line.settings)
        return {name: value for name, value in stored.items() if name not in secret_fields(model)}

    @property
    def sends(self) -> bool:
        """Does this channel send at all: then it has a pace."""
        return type(self.channel).send is not Channel.send

    @property
    def spans(self) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Per.choices]

    @property
    def common(self) -> dict[str, Any]:
        """Name, country, brand, in use, pace: as typed, else as stored."""
        if self.post is not None:
            names = ("name", "country", "brand", *PACES, "per", "domain_per")
            return {**{n: self.post.get(n, "") for n in names}, "enabled": "enabled" in self.post}
        brand = self.line.brand_id or (self.brands[0].pk if self.brands and self.line.pk is None else "")
        return {**told(self.line), "brand": str(brand), "per": str(self.line.per), "domain_per": str(self.line.domain_per)}

    def addresses(self) -> list[tuple[str, str]]:
        """What to give to the provider, where this channel is called by one."""
        if self.line.pk is None:
            return []
        found = [(_("Webhook"), "in", isinstance(self.channel, Verifies)), (_("Address"), "c", isinstance(self.channel, Serves))]
        return [(words, f"{config.PUBLIC_URL}/{door}/{self.line.token}/") for words, door, there in found if there]


def told(line: Line) -> dict[str, Any]:
    names = ("name", "country", "enabled", *PACES, "per", "domain_per")
    return {"brand": line.brand_id, **{name: getattr(line, name) for name in names}}


def number(typed: str) -> int | None:
    """None for nothing, and for what is no number above zero."""
    typed = typed.strip().replace(" ", "")
    return int(typed) if typed.isascii() and typed.isdigit() and 0 < int(typed) < 10**9 else None


def _plain(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
