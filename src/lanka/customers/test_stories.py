"""Maija chats, then mails, calls and shows her card: one person. And a wrong join, undone to the letter."""

from __future__ import annotations

import pytest

from lanka.customers.merge import merge
from lanka.customers.models import Alias, Claim, Customer, Identifier, Link, NoLink, Review
from lanka.customers.review import open_reviews
from lanka.customers.shared import mark_shared
from lanka.customers.split import split
from lanka.customers.test_cast import CARD, MAIL, PHONE, meets, snapshot
from lanka.customers.unmerge import unmerge
from lanka.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def aino() -> User:
    return User.objects.create_user("aino@example.fi", name="Aino Virtanen")


def test_maija_chats_mails_calls_and_shows_her_card():
    chat = meets(("visitor", "v-7f3a91c2"), typed=(("email", MAIL),), name="maija")
    assert chat.new and chat.person.name == "maija"
    mail = meets(("email", "Maija.Laine@Example.FI"), name="Maija Laine", hours=1)
    assert mail.new and mail.person != chat.person, "a typed address joins nobody"
    proof = meets(("visitor", "v-7f3a91c2"), ("email", MAIL), hours=2)
    assert [link.rule for link in proof.joined] == ["shared-identifier"]
    call = meets(("phone", "040 555 0134"), ("email", MAIL), hours=3)
    assert call.customer == mail.customer and call.person == chat.customer
    counter = meets(("card", "pp-20931"), ("phone", "+358 40 555 0134"), hours=4)
    assert counter.person == chat.customer and counter.customer == mail.customer
    again = meets(("card", CARD), hours=5)
    assert again.person.name == "Maija Laine" and not again.changed
    assert Identifier.objects.get(kind=4).address == "Maija.Laine@example.fi"


def test_the_shared_phone_of_a_family_is_undone_exactly(aino):
    maija = meets(("email", MAIL), ("card", CARD), name="Maija Laine")
    eero = meets(("email", "eero.vaisanen@example.fi"), name="Eero Väisänen")
    meets(("phone", PHONE), ("email", MAIL))
    before = snapshot()
    wrong = meets(("phone", PHONE), ("email", "eero.vaisanen@example.fi"))
    assert wrong.person == maija.person and wrong.person.name == "Maija Laine", "who showed a card is believed more"
    assert Customer.objects.get(pk=eero.customer.pk).search == ""
    unmerge(wrong.joined[0], by=aino, why="a couple with one phone")
    assert snapshot() == before
    assert meets(("email", "eero.vaisanen@example.fi")).person == eero.customer


def test_the_same_evidence_goes_to_review_and_never_straight_back(aino):
    meets(("email", MAIL)), meets(("phone", PHONE))
    joined = meets(("email", MAIL), ("phone", PHONE)).joined
    unmerge(joined[0], by=aino, why="no")
    later = meets(("email", MAIL), ("phone", PHONE))
    assert not later.joined and later.review is not None and later.review.rule == "apart"
    assert meets(("email", MAIL), ("phone", PHONE)).review == later.review, "asked once"
    assert Alias.objects.count() == 0 and open_reviews().count() == 1


def test_an_undone_pair_does_not_block_others():
    """The prototype's trap: a pair once undone and still joined by other links blocked every later join of its cluster."""
    a, b = meets(("email", MAIL)), meets(("phone", PHONE))
    first = meets(("email", MAIL), ("phone", PHONE)).joined[0]
    merge(a.customer, b.customer, by=None, why="x")
    unmerge(first, by=None, why="wrong evidence")
    merge(b.customer, a.customer, by=None, why="the same all the same")
    meets(("card", CARD))
    assert meets(("card", CARD), ("phone", PHONE)).joined


def test_another_card_is_another_person():
    maija = meets(("card", CARD), ("phone", PHONE))
    other = meets(("card", "PP-777"), ("phone", PHONE))
    assert other.new and other.person != maija.person and other.review.rule == "exclusive"
    assert Identifier.objects.get(value="PP-777").customer == other.customer
    merge(maija.person, other.person, by=None, why="a new card")
    assert meets(("card", "PP-777")).person == maija.person
    assert meets(("email", MAIL), ("card", "PP-777")).person == maija.person, "two cards by decision hinder nothing"


def test_a_browser_in_the_library_joins_nobody():
    meets(("visitor", "kiosk-1"), ("email", MAIL))
    helvi = meets(("phone", PHONE))
    both = meets(("visitor", "kiosk-1"), ("phone", PHONE))
    assert both.person == helvi.person and both.review.rule == "shared-browser" and not Link.objects.exists()


def test_a_shared_value_tells_nobody():
    meets(("phone", PHONE), ("email", MAIL))
    mark_shared(3, PHONE, by=None, why="the shop's own")
    eero = meets(("phone", PHONE), ("email", "eero@example.fi"))
    assert eero.new and not eero.joined
    assert meets(("phone", PHONE)).new, "alone it is nobody's"


def test_claims_are_asked_about():
    maija = meets(("email", MAIL))
    visitor = meets(("visitor", "v-1"), typed=(("email", MAIL.upper()),))
    assert visitor.person != maija.person and visitor.review.roots == [maija.person.pk, visitor.person.pk]
    assert Claim.objects.get().customer == visitor.customer
    assert not meets(("visitor", "v-1"), typed=(("email", MAIL),)).changed


def test_too_many_at_once_is_a_machine():
    for n in range(9):
        meets(("visitor", f"v-{n}"))
    crowd = meets(*[("visitor", f"v-{n}") for n in range(9)])
    assert not crowd.joined and crowd.review.rule == "too-many"


def test_limits_drop_the_weakest():
    for n in range(7):
        meets(("email", f"maija{n}@example.fi"), ("card", CARD))
    assert Identifier.objects.filter(kind=4).count() == 5


def test_nobody_values_make_strangers():
    for value in ("", "0", "null", "noreply@example.fi", "+358000000000"):
        assert meets(("phone" if value.startswith("+") else "email", value)).new
    assert not Identifier.objects.exists()


def test_split_takes_one_base_out(aino):
    meets(("email", MAIL)), meets(("phone", PHONE)), meets(("card", CARD))
    before = snapshot()
    meets(("email", MAIL), ("phone", PHONE)), meets(("phone", PHONE), ("card", CARD))
    phone = Identifier.objects.get(value=PHONE)
    done = split(phone, by=aino, why="a shared phone")
    assert len(done.links) == 2 and len(done.roots) == 3
    assert snapshot() == before and NoLink.objects.count() == 2


def test_a_decision_overrules_and_its_undo_restores(aino):
    a, b = meets(("email", MAIL), name="Maija Laine"), meets(("phone", PHONE), name="M. Laine")
    first = merge(a.customer, b.customer, by=aino, why="same voice")
    assert merge(b.customer, a.customer, by=aino, why="twice") == first
    unmerge(first, by=aino, why="no")
    second = merge(a.customer, b.customer, by=aino, why="yes, surely")
    assert second.why["overruled"] and not NoLink.objects.exists()
    unmerge(second, by=aino, why="no again")
    assert NoLink.objects.get().why == "no again"


def test_what_a_decision_overruled_stands_again_after_its_undo(aino):
    a, b, c = (meets(("email", f"maija{n}@example.fi")).customer for n in range(3))
    unmerge(merge(b, c, by=aino, why="b is c"), by=aino, why="b is not c")
    merge(a, b, by=aino, why="a is b")
    overruling = merge(a, c, by=aino, why="a is c, so b is c after all")
    assert not NoLink.objects.exists()
    unmerge(overruling, by=aino, why="no")
    assert set(NoLink.objects.values_list("a", "b", "why")) == {(b.pk, c.pk, "b is not c"), (a.pk, c.pk, "no")}
    assert Review.objects.count() == 0
