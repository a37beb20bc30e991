"""Files on their way into a message: kept at once, refused in words."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lanka.conversations.models import Conversation, Draft
from lanka.core import files
from lanka.core.models import Blob
from lanka.desk.request import me, refuse
from lanka.people.models import User

LIMIT = 25 * 1024 * 1024
MOST = 20


def kept_files(text: str, conversation: Conversation, user: User) -> list[dict[str, Any]]:
    """The files a browser names, but only those that this user uploaded to this conversation's draft."""
    try:
        wanted = [entry["sha256"] for entry in json.loads(text or "[]")][:MOST]
    except (ValueError, TypeError, KeyError):
        return []
    if not wanted:
        return []
    draft = Draft.objects.filter(conversation=conversation, user=user).first()
    own = {entry["sha256"]: entry for entry in (draft.files if draft else [])}
    return [own[sha256] for sha256 in wanted if sha256 in own]


@require_POST
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """One file into the draft. 422 with words when it may not be."""
    conversation = get_object_or_404(Conversation, pk=pk)
    given = request.FILES.get("file")
    if given is None:
        return refuse(_("No file arrived. Try again."))
    if (given.size or 0) > LIMIT:
        return refuse(_("%(name)s is too large: %(size)s, at most %(most)s.") % {
            "name": given.name, "size": filesizeformat(given.size or 0), "most": filesizeformat(LIMIT)})  # fmt: skip
    data = given.read()
    kind = files.sniff(data, given.content_type or "", given.name or "")
    entry = {"name": plain_name(given.name or "file"), "content_type": kind, "size": len(data), "sha256": files.keep(data, kind)}
    draft, _new = Draft.objects.get_or_create(conversation=conversation, user=me(request))
    if len(draft.files) >= MOST:
        return refuse(_("At most %(most)s files fit in a message.") % {"most": MOST})
    draft.files = [*(f for f in draft.files if f["sha256"] != entry["sha256"]), entry]
    draft.save()
    return JsonResponse(entry)


def plain_name(name: str) -> str:
    """Without a path and without characters that mean something to a disk or a header."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in bare if c.isprintable() and c not in '<>:"|?*').strip(". ")[-120:] or "file"


def known(sha256: str) -> bool:
    return Blob.objects.filter(sha256=sha256).exists()
