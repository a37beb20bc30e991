"""Brands and the answers that the company gives."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Brand(models.Model):
    """A face of the company. Its tokens colour the widget, the mail, the letter and the pages."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    tokens = models.JSONField(default=dict)  # 'color', 'ink', 'font', 'logo' (SVG text), 'phone', 'web', ...
    return_address = models.JSONField(default=list)  # lines, for letters
    country = models.CharField(max_length=2, default="FI")
    language = models.CharField(max_length=10, default="fi")
    hours = models.JSONField(default=dict)  # {'mon': [['09:00', '17:00']], ...}; holidays of the country are closed
    time_zone = models.CharField(max_length=60, default="Europe/Helsinki")

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """One answer, the same in every channel; one text a language. Fields: {{ name }}, {{ agent }}, {{ brand }}."""

    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=120)
    texts = models.JSONField(default=dict)  # {'fi': '...', 'sv': ...}
    changed_at = models.DateTimeField(auto_now=True)
