"""A conversation begins, because somebody wrote or because we write first."""

from __future__ import annotations

from django.db import transaction

from lanka.conversations.models import Conversation
from lanka.core import live
from lanka.core.clock import now
from lanka.customers.models import Customer
from lanka.people.models import User


@transaction.atomic(savepoint=False)
def start(customer: Customer, *, by: User | None, subject: str = "", linked_to: Conversation | None = None) -> Conversation:
    conversation = Conversation.objects.create(
        customer=customer,
        subject=subject[:300],
        language=customer.language,
        created_at=now(),
        last_at=now(),
        assignee=by,
        linked_to=linked_to,
        team=linked_to.team if linked_to else None,
        channels=[],
    )
    live.tell("inbox", {"conversation": conversation.pk})
    return conversation
