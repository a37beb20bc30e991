"""Ground: files kept once by content."""

from __future__ import annotations

from django.db import models


class Blob(models.Model):
    """A file's bytes, once however often it is attached. Names and types belong to where it is used."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField()
    content_type = models.CharField(max_length=120)
    data = models.BinaryField()
    stored_at = models.DateTimeField(auto_now_add=True)
