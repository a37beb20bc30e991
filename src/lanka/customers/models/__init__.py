"""The nouns of the room: who somebody is (`who.py`) and what they want (`choice.py`)."""

from lanka.customers.models.choice import Basis, Consent, Frequency, Implied, Mark, Preference, Standing, Topic, Wording
from lanka.customers.models.who import Alias, Claim, Customer, Fact, Identifier, Kind, Link, NoLink, Review, Shared, Words

__all__ = [
    "Alias",
    "Basis",
    "Claim",
    "Consent",
    "Customer",
    "Fact",
    "Frequency",
    "Identifier",
    "Implied",
    "Kind",
    "Link",
    "Mark",
    "NoLink",
    "Preference",
    "Review",
    "Shared",
    "Standing",
    "Topic",
    "Wording",
    "Words",
]
