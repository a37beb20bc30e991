"""Addresses that must not be written to."""

from __future__ import annotations

from django.db import models


class Suppression(models.Model):
    """An address that must not be written to, and why."""

    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "value"], name="suppression_address", condition=models.Q(lifted_at__isnull=True))]
