from __future__ import annotations

import pytest

from lanka.core import email_address, phone
from lanka.customers.batch import Contact, resolve_batch
from lanka.customers.models import Kind
from lanka.customers.normalise import normalise, read, read_all
from lanka.customers.recognise import recognise
from lanka.customers.test_cast import NOON, Known


@pytest.mark.parametrize(
    ("kind", "text", "country", "value"),
    [
        ("phone", "040 555 0134", "FI", "+358405550134"),
        ("phone", "+358 (0)40 555-0134", "PL", "+358405550134"),
        ("phone", "00358405550134", "FI", "+358405550134"),
        ("phone", "tel:+48-601-555-017", "FI", "+48601555017"),
        ("phone", "601 555 017", "PL", "+48601555017"),
        ("phone", "070-174 06 05", "SE", "+46701740605"),
        ("phone", "PyoraPolku", "FI", None),
        ("phone", "112", "FI", None),
        ("phone", "+358400000000", "FI", None),
        ("email", "Maija.Laine+shop@Example.FI", "FI", "maija.laine+shop@example.fi"),
        ("email", "<maija@example.fi.>", "FI", "maija@example.fi"),
        ("email", "anna@söderholm.example", "SE", "anna@xn--sderholm-n4a.example"),
        ("email", "No-Reply@example.fi", "FI", None),
        ("email", "bounces+123@example.fi", "FI", None),
        ("email", "maija at example.fi", "FI", None),
        ("email", "maija@localhost", "FI", None),
        ("email", "maija@@example.fi", "FI", None),
        ("email", "a" * 65 + "@example.fi", "FI", None),
        ("card", " pp–20931 ", "FI", "PP-20931"),
        ("order", "#a-1002 ", "FI", "A-1002"),
        ("visitor", "null", "FI", None),
        ("visitor", "000-000", "FI", None),
        ("visitor", "Anonymous", "FI", None),
        ("account", "telegram:", "FI", None),
        ("account", "telegram:0991", "FI", "telegram:0991"),
        ("crm", "acme:undefined", "FI", None),
        ("postal", "Helvi Rautio\nMannerheimintie 1 A 2\n00100 HELSINKI", "FI", "00100 mannerheimintie 1 a 2"),
        ("postal", "Mannerheimintie 1 a 2, FI-00100 Helsinki, Finland", "FI", "00100 mannerheimintie 1 a 2"),
        ("postal", "Jan Łoś; ul. Długa 5/7; 31-147 Kraków", "PL", "31147 ul dluga 5 7"),
        ("postal", "Storgatan 1\n123 45 Åbo", "SE", "12345 storgatan 1"),
        ("postal", "Helsinki", "FI", None),
    ],
)
def test_one_form(kind, text, country, value):
    key = normalise(Known(kind, text), country)
    assert key == (None if value is None else (Kind[kind.upper()], value))


def test_an_address_is_kept_as_written_and_is_never_proof_on_paper():
    mail = read(Known("email", "Maija.Laine@EXAMPLE.fi"))
    assert (mail.value, mail.written) == ("maija.laine@example.fi", "Maija.Laine@example.fi")
    assert read(Known("email", "maija@example.fi")).written == ""
    assert not read(Known("postal", "Storgatan 1\n123 45 Åbo", proven=True)).proven


def test_each_value_once_the_strongest_first_and_proof_wins():
    told = read_all(
        [Known("visitor", "v-1"), Known("email", "a@example.fi", proven=False), Known("email", "A@example.fi"), Known("card", "x1")]
    )
    assert [(one.kind, one.value, one.proven) for one in told] == [(2, "X1", True), (4, "a@example.fi", True), (9, "v-1", True)]


def test_numbers_for_people():
    assert phone.pretty("+358405550134", "FI").replace(" ", "") == "0405550134"
    assert phone.pretty("+48601555017", "FI") == "+48 601 555 017" and phone.pretty("Pyora", "FI") == "Pyora"
    assert phone.country_of("+48601555017") == "PL" and phone.country_of("x") == "" and phone.calling_code("FI") == 358
    assert email_address.shown("anna@xn--sderholm-n4a.example") == "anna@söderholm.example"


@pytest.mark.django_db
def test_hostile_values_do_no_harm():
    nasty = ["\x00\x00", "a\x1fb", "'; DROP TABLE x; --", "{1,2}", '"', "\\", "x" * 5000, "\ud7ff\U0010ffff", "\\N", "\t\n"]
    for value in nasty:
        found = recognise(
            [Known("visitor", value), Known("card", value, proven=False)], at=NOON, source="web", name=value * 3, language=value
        )
        assert len(found.customer.name) <= 200
    keys = [key for value in nasty if (key := normalise(Known("visitor", value)))]
    bases = resolve_batch([Contact([key], NOON, "web", name="\x00x") for key in keys])
    assert bases == [recognise([Known("visitor", value)], at=NOON, source="web").customer.pk for _, value in keys]
    assert resolve_batch([Contact([(9, "new\x1fone")], NOON, "web"), Contact([(9, "new")], NOON, "web")])[0] > max(bases)
