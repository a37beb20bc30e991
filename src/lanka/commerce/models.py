"""What they bought, on the web and in the shops: one history."""

from __future__ import annotations

from django.db import models

from lanka.customers.models import Customer


class Store(models.Model):
    name = models.CharField(max_length=80, unique=True)
    city = models.CharField(max_length=60)
    country = models.CharField(max_length=2)
    address = models.JSONField(default=list)


class Order(models.Model):
    """A purchase, in a shop or on the web. Money in minor units."""

    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders")
    store = models.ForeignKey(Store, null=True, on_delete=models.PROTECT)  # null: the web shop
    at = models.DateTimeField()
    status = models.CharField(max_length=20)  # 'placed', 'paid', 'sent', 'ready' (to be fetched), 'done', 'returned'
    lines = models.JSONField(default=list)  # [{'name', 'quantity', 'amount'}]
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    parcel = models.JSONField(default=dict, blank=True)  # {'carrier', 'code', 'status', 'at'}

    class Meta:
        indexes = [models.Index(fields=["customer", "-at"], name="order_customer")]
