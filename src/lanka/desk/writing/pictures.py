"""Pictures for texts: taken in, made smaller, shown in the editor."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from lanka.content import picture as pictures
from lanka.core import files
from lanka.core.models import Blob
from lanka.desk.request import refuse


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    given = request.FILES.get("file")
    if given is None:
        return refuse("no file")
    try:
        kept = pictures.keep(given.read(pictures.LARGEST + 1))
    except pictures.NotAPicture as error:
        return refuse(error)
    return JsonResponse({"file": kept.sha256, "width": kept.width, "height": kept.height, "name": str(given.name)[:200]})


def picture(_request: HttpRequest, sha256: str) -> HttpResponse:
    """Only what is a picture of a kind that `keep` writes: nothing else of the house's files is shown here."""
    kind = Blob.objects.filter(sha256=sha256, content_type__in=pictures.ENDINGS).values_list("content_type", flat=True).first()
    if kind is None:
        raise Http404
    response = HttpResponse(files.read(sha256), content_type=kind)
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
