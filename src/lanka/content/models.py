"""Brands and the answers that the company gives."""

from __future__ import annotations

from django.conf import settings
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


class Template(models.Model):
    """Something that the company says more than once: a name, a brand, and versions."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="templates")
    draft = models.JSONField(default=dict)  # what is being written: {'fi': {'subject', 'preview', 'blocks': [...]}, 'sv': …}; see blocks.py
    draft_at = models.DateTimeField(auto_now=True)
    draft_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Version(models.Model):
    """What a template said when somebody asked for approval. Never changed: every message keeps the version it was made from."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    texts = models.JSONField()  # as Template.draft
    digest = models.CharField(max_length=64)  # of the texts: the same words are the same content
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")  # never `by`
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    refused_why = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="version_once")]


class Remark(models.Model):
    """A comment of somebody here on a template, at a block of a language or on all of it."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="remarks")
    language = models.CharField(max_length=10, blank=True)
    block = models.CharField(max_length=40, blank=True)  # the block's id
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True)
