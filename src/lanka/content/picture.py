"""Pictures of texts: made small enough for a mail when they come in, then kept once by content."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lanka.core import files
from lanka.core.models import Blob

WIDEST = 1200  # pixels: twice what the widest column shows
LARGEST = 15_000_000  # bytes that are read at all
PIXELS = 50_000_000
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}


class NotAPicture(ValueError):
    """In words for who uploaded it."""


@dataclass(frozen=True, slots=True)
class Kept:
    sha256: str
    width: int
    height: int
    size: int


def keep(data: bytes) -> Kept:
    """Raises NotAPicture. Without the place and time that cameras write into pictures."""
    if len(data) > LARGEST:
        raise NotAPicture(_("This picture is larger than 15 MB."))
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF")) as opened:
            if opened.width * opened.height > PIXELS:
                raise NotAPicture(_("This picture has too many pixels."))
            picture = ImageOps.exif_transpose(opened)
            made, kind = squeezed(picture)
            width, height = picture.width, picture.height
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise error if isinstance(error, NotAPicture) else NotAPicture(_("This is no picture: use PNG, JPEG, WebP or GIF.")) from error
    scale = min(1, WIDEST / width)
    return Kept(files.keep(made, kind), round(width * scale), round(height * scale), len(made))


def squeezed(picture: Image.Image) -> tuple[bytes, str]:
    clear = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    ready = picture.convert("RGBA" if clear else "RGB")
    if ready.width > WIDEST:
        ready = ready.resize((WIDEST, round(ready.height * WIDEST / ready.width)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if clear:
        ready.save(out, "PNG", optimize=True)
        return out.getvalue(), "image/png"
    ready.save(out, "JPEG", quality=82, optimize=True, progressive=True)
    return out.getvalue(), "image/jpeg"


@lru_cache(maxsize=512)
def content_type(sha256: str) -> str:
    return Blob.objects.filter(sha256=sha256).values_list("content_type", flat=True).first() or "image/png"


def picture_file(sha256: str) -> dict[str, str]:
    kind = content_type(sha256)
    return {"name": f"{sha256[:12]}.{ENDINGS.get(kind, 'png')}", "content_type": kind, "sha256": sha256, "inline_id": sha256}
