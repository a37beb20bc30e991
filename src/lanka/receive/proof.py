"""An answer that comes back through our own signed token proves the address that it comes from."""

from __future__ import annotations

from lanka.conversations.models import Conversation
from lanka.customers.models import Claim, Customer, Identifier, Link
from lanka.customers.prove import prove
from lanka.decide.reach import bases_of


def proved_by_answer(conversation_id: int | None, sender: Customer) -> Link | None:
    """Joins the sender to the conversation's person if that person had typed exactly this address. None: nothing to join."""
    conversation = Conversation.objects.filter(pk=conversation_id or 0).select_related("customer").first()
    if conversation is None:
        return None
    mine, theirs = bases_of(sender.pk), bases_of(conversation.customer_id)
    if set(mine) & set(theirs):
        return None
    held = list(Identifier.objects.filter(customer_id__in=mine).values_list("kind", "value"))
    for claim in Claim.objects.filter(customer_id__in=theirs):
        if (claim.kind, claim.value) in held:
            # not `merge`: what somebody took apart goes to review, and other guards hold too
            joined = prove(conversation.customer, (claim.kind, claim.value), source="answer").joined
            return joined[0] if joined else None
    return None
