"""People found, shown, proven, asked about, exported and forgotten."""

from __future__ import annotations

import json

import pytest

from lanka.core.clock import now
from lanka.customers.claim import claim
from lanka.customers.erase import remains
from lanka.customers.export import export
from lanka.customers.fact import learn
from lanka.customers.find import find
from lanka.customers.forget import forget
from lanka.customers.merge import merge
from lanka.customers.models import Claim, Customer, Identifier, Link, NoLink, Review
from lanka.customers.person import people, person
from lanka.customers.prove import NotProof, accept_proof, proof_token
from lanka.customers.review import open_reviews, words
from lanka.customers.suggest import decide_review, suggest
from lanka.customers.test_cast import CARD, MAIL, PHONE, meets, snapshot
from lanka.customers.unmerge import unmerge
from lanka.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def aino() -> User:
    return User.objects.create_user("aino@example.fi", name="Aino Virtanen")


def test_a_person_is_all_their_bases(django_assert_max_num_queries):
    chat = meets(("visitor", "v-1"), typed=(("phone", "040 555 0134"),), name="maija")
    mail = meets(("email", MAIL), name="Maija Laine")
    meets(("email", MAIL), ("visitor", "v-1"))
    maija = person(mail.customer)
    assert maija.root == chat.customer and maija.bases == [chat.customer.pk, mail.customer.pk]
    assert [one.value for one in maija.identifiers] == [MAIL, "v-1"]
    assert maija.claims[0].value == PHONE and maija.fact("name").value == "Maija Laine"
    assert len(maija.links) == 1 and maija.addresses(4) == [MAIL]
    stranger = meets(("visitor", "v-9"))
    assert people([mail.customer.pk, stranger.customer.pk]) == {mail.customer.pk: chat.customer, stranger.customer.pk: stranger.customer}


@pytest.mark.parametrize(
    "text",
    ["Söder", "soderholm anna", "ANNA SÖDERHOLM", "anna.sod", "anna.soderholm@example.fi", "040 555 0177", "0405550177", "+358 40 555 0177",
     "00358405550177", "358405550177", "555 0177", "0177", "PP-555", "pp-555", "anna 0177", "anna pp-555"],
)  # fmt: skip
def test_anna_is_found_by_whatever_is_typed(text):
    anna = meets(("email", "anna.soderholm@example.fi"), ("phone", "+358405550177"), ("card", "PP-555"), name="Anna Söderholm")
    meets(("email", MAIL), ("phone", PHONE), ("card", CARD), name="Maija Laine")
    assert find(text) == [anna.person]


def test_accents_and_foreign_letters_do_not_matter():
    lukasz = meets(("email", "l@example.pl"), name="Łukasz Żółć-Nowak")
    assert find("lukasz") == find("zolc") == find("nowak luk") == find("Łuk") == [lukasz.person]
    assert find("x") == find("'; drop & | :*") == find("") == find("0") == []


def test_a_merged_person_is_found_once_under_any_name(aino):
    a, b = meets(("card", CARD), name="Maija Laine"), meets(("email", MAIL), name="Maija Korhonen")
    link = merge(a.customer, b.customer, by=aino, why="she married")
    assert find("korhonen") == find("laine") == [a.person]
    unmerge(link, by=aino, why="she did not")
    assert find("korhonen") == [b.person]


def test_an_agents_word_weighs_most(aino):
    maija = meets(("email", MAIL), name="maija l")
    learn(maija.customer, "name", "Maija Laine", source="agent", by=aino)
    meets(("email", MAIL), name="M. Laine", hours=9)
    assert person(maija.customer).root.name == "Maija Laine"
    learn(maija.customer, "name", "Maija Laine", source="agent", by=aino)
    assert len(person(maija.customer).facts) == 4  # three names, a language


def test_a_proven_address_joins(aino):
    mail = meets(("email", MAIL), name="Maija Laine")
    chat = meets(("visitor", "v-1"), typed=(("email", MAIL),))
    token = proof_token(chat.customer, "email", MAIL)
    done = accept_proof(token, source="chat")
    assert done.joined[0].rule == "proven-address" and done.person == mail.customer
    assert not Claim.objects.exists() and not accept_proof(token, source="chat").joined
    assert not open_reviews().exists(), "the question has answered itself"
    unmerge(done.joined[0], by=aino, why="a stolen mailbox")
    again = accept_proof(token, source="chat")
    assert not again.joined and "apart" in [reason["rule"] for reason in again.review.why["reasons"]]


def test_a_new_address_is_learnt_by_proof():
    chat = meets(("visitor", "v-1"))
    claim(chat.customer, "email", "Maija.Laine@example.fi", source="chat")
    done = accept_proof(proof_token(chat.customer, "email", "Maija.Laine@example.fi"), source="chat")
    assert done.changed and Identifier.objects.get(kind=4).address == "Maija.Laine@example.fi" and not Claim.objects.exists()


def test_a_forged_or_orphaned_proof_is_none(aino):
    chat = meets(("visitor", "v-1"))
    token = proof_token(chat.customer, "email", MAIL)
    forget(chat.customer, by=aino)
    for bad in (token, token[:-2] + "xx", "", "a:b:c"):
        with pytest.raises(NotProof):
            accept_proof(bad, source="chat")


ADDRESS = ["Mannerheimintie 1 A 2", "00100 Helsinki"]


def suggested(a: dict, b: dict) -> list[str]:
    """Two customers with these facts; the rules by which they are suggested to be one."""
    pair = []
    for facts, known in ((a, ("visitor", "v-a")), (b, ("visitor", "v-b"))):
        who = meets(facts.get("id", known), name=facts.get("name", ""))
        for kind in ("city", "address", "birth_date"):
            if kind in facts:
                learn(who.customer, kind, facts[kind], source="crm")
        for kind, value in facts.get("claims", ()):
            claim(who.customer, kind, value, source="web")
        pair.append(who)
    reviews = suggest(pair[1].customer, at=now())
    assert [r.pk for r in suggest(pair[0].customer)] == [r.pk for r in reviews], "the same from either side"
    return sorted({reason["rule"] for review in reviews for reason in review.why["reasons"]})


MAIJA = {"name": "Maija Laine"}
AT_HOME = MAIJA | {"address": ADDRESS}


@pytest.mark.parametrize(
    ("a", "b", "rules"),
    [
        (MAIJA, MAIJA, []),  # a name alone says nothing
        (AT_HOME, {"name": "Laine, Maija", "address": ["Mannerheimintie 1 a 2", "FI-00100 HELSINKI"]}, ["name-address"]),
        (AT_HOME, {"name": "M. Laine", "address": ADDRESS}, ["name-address"]),
        (AT_HOME, {"name": "Eero Laine", "address": ADDRESS}, []),  # a couple
        (MAIJA | {"city": "Helsinki"}, MAIJA | {"city": "helsinki"}, ["name-city"]),
        (MAIJA | {"city": "Helsinki", "birth_date": "1980-01-01"}, MAIJA | {"city": "helsinki", "birth_date": "2004-05-05"}, []),
        (MAIJA | {"birth_date": "1980-01-01"}, MAIJA | {"birth_date": "1980-01-01"}, ["name-birth"]),
        (MAIJA | {"id": ("email", MAIL)}, MAIJA | {"id": ("email", "maija.laine@posti.example")}, ["name-email"]),
        (MAIJA | {"id": ("phone", PHONE)}, MAIJA | {"id": ("phone", "+358405550135")}, ["like-phone"]),
        (MAIJA | {"id": ("phone", PHONE)}, {"claims": [("phone", "040 555 0134")]}, ["claimed"]),
        ({"claims": [("phone", "040 555 0134")]}, {"claims": [("phone", "040 555 0134")]}, ["claimed-twice"]),
        ({"name": "Asiakas", "city": "Turku"}, {"name": "asiakas", "city": "Turku"}, []),
        ({"name": "Info Helsinki", "city": "Turku"}, {"name": "info helsinki", "city": "Turku"}, []),
    ],
)  # fmt: skip
def test_who_may_be_one(a, b, rules):
    assert suggested(a, b) == rules


def test_somebody_decides(aino):
    a, b = meets(("email", MAIL), name="Maija Laine"), meets(("email", "maija.laine@posti.example"), name="Maija Laine")
    before = snapshot()
    (review,) = suggest(a.customer)
    assert "maija.laine@posti.example" in words(review.why["reasons"][0]) and review.score == 0.85
    (link,) = decide_review(review, by=aino, same=True)
    assert link.rule == "probable" and link.score == 0.85 and person(b.customer).root == a.customer
    assert decide_review(review, by=aino, same=True) == [] and not open_reviews().exists()
    unmerge(link, by=aino, why="two cousins")
    assert snapshot() == before and suggest(a.customer) == [] and suggest(b.customer) == []


def test_different_is_different_for_good(aino):
    a = meets(("email", MAIL), name="Maija Laine")
    meets(("email", "maija.laine@posti.example"), name="Maija Laine")
    decide_review(suggest(a.customer)[0], by=aino, same=False)
    assert NoLink.objects.count() == 1 and suggest(a.customer) == []
    assert Review.objects.get().decided_by == aino


def test_maija_is_forgotten(aino):
    maija = meets(("email", MAIL), name="Maija Laine")
    meets(("phone", PHONE), typed=(("card", CARD),)), meets(("phone", PHONE), ("email", MAIL))
    eero = meets(("email", "eero@example.fi"), name="Eero Väisänen", typed=(("phone", PHONE),))
    unmerge(merge(maija.customer, eero.customer, by=aino, why="x"), by=aino, why="y")
    told = json.dumps(export(maija.customer), ensure_ascii=False)
    assert all(word in told for word in (MAIL, PHONE, CARD, "Maija Laine")) and "eero" not in told
    done = forget(maija.customer, by=aino)
    assert len(done.bases) == 2 and not any(done.left.values()) and done.rooms["customers"]["identifiers"] == 2
    assert not any(remains(done.bases).values()) and find("maija") == [] and not Link.objects.exists()
    everything = json.dumps(list(Customer.objects.values_list("name", "search")))
    assert "aija" not in everything
    again = meets(("email", MAIL))
    assert again.new and again.customer.pk not in done.bases
    assert find("eero") == [eero.person]
