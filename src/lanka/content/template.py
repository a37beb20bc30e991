"""A template's life besides its words: made, copied, put aside, taken out again; remarks on it."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lanka.content.models import Brand, Remark, Template
from lanka.core.clock import now
from lanka.people.audit import audit
from lanka.people.models import User


def make(name: str, brand: Brand, *, by: User) -> Template:
    made = Template.objects.create(key=free_key(name), name=name.strip()[:120], brand=brand, draft_by=by)
    audit("template.made", made.name, by=by)
    return made


@transaction.atomic
def copy(template: Template, *, by: User) -> Template:
    name = _("%(name)s, copy") % {"name": template.name}
    made = make(name, template.brand, by=by)
    made.draft = template.draft
    made.save(update_fields=["draft"])
    return made


def retire(template: Template, *, by: User) -> Template:
    """It is offered no more; what was sent keeps it."""
    template.retired_at = now()
    template.save(update_fields=["retired_at"])
    audit("template.retired", template.name, by=by)
    return template


def bring_back(template: Template, *, by: User) -> Template:
    template.retired_at = None
    template.save(update_fields=["retired_at"])
    audit("template.back", template.name, by=by)
    return template


def remark(template: Template, text: str, *, by: User, language: str = "", block: str = "") -> Remark:
    """A comment of somebody here, at a block or on all of it. Raises ValueError when it says nothing."""
    if not text.strip():
        raise ValueError(_("Write the comment first."))
    where = {"language": language[:10], "block": block[:40]}
    return Remark.objects.create(template=template, text=text.strip()[:4000], at=now(), by=by, **where)


def settle(remark: Remark) -> Remark:
    remark.done_at = now()
    remark.save(update_fields=["done_at"])
    return remark


def free_key(name: str) -> str:
    base = slugify(name)[:50] or "template"
    taken = set(Template.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for n in range(1, 10_000) if (key := base if n == 1 else f"{base}-{n}") not in taken)
