"""What stands where on the page: envelopes × addresses, and how text, closings and addresses are understood."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanka.channels.base import Outbound, Sender
from lanka.channels.letter import preflight, render, words
from lanka.channels.letter.address import Address, as_text, from_dict, lines, parse, read
from lanka.channels.letter.blocks import blocks, printable
from lanka.channels.letter.envelopes import Box, all_envelopes, envelope
from lanka.channels.letter.fake import read_mark
from lanka.core.ids import uuid7

AT = datetime(2026, 11, 22, 10, tzinfo=UTC)
PAGE = Box(0, 0, 210, 297)
NOTE = {  # notes/letters-invoices-edi.md section 2: always x, always y, keep-out x, keep-out y
    "fi-c5": (18, 94, 40, 61.5, 0, 113, 26.5, 75),
    "fi-e5": (18, 98, 40, 62.5, 8, 108, 32.5, 70),
    "fi-c65": (18, 98, 40, 60, 3, 113, 25, 75),
    "fi-e65": (18, 98, 40, 59, 8, 108, 29, 70),
    "no-c5": (15, 101, 44, 65.5, 0, 120, 30.5, 79),
    "no-e65": (15, 100, 40, 59, 5, 110, 29, 70),
    "de-dl": (20, 100, 60, 90, 10, 110, 55, 95),
}


def page(kind: str, written: tuple[str, ...]) -> render.Page:
    return render.Page(envelope(kind), written, AT, ("Pyörä & Polku", "Annankatu 31", "00100 Helsinki"))


def message(text: str = "Hei,\n\nkiitos.", subject: str = "Asia") -> Outbound:
    tokens = {"color": "#1d6b52", "phone": "+358 9 555 0110", "email": "asiakaspalvelu@pyorapolku.example"}
    return Outbound(str(uuid7()), "", text, Sender("Pyörä & Polku", "Aino Virtanen", tokens), subject=subject, language="fi")


@pytest.mark.parametrize("kind", NOTE)
def test_the_boxes_are_those_of_the_note(kind: str) -> None:
    a, k = envelope(kind).always, envelope(kind).keep_out
    assert (a.x0, a.x1, a.y0, a.y1, k.x0, k.x1, k.y0, k.y1) == NOTE[kind]


@pytest.mark.parametrize("kind", all_envelopes())
def test_address_and_mark_fit_the_window_and_not_each_other(kind: str) -> None:
    one = envelope(kind)
    assert one.always.holds(one.address_box)
    assert not one.mark_box.meets(one.address_box)
    assert one.always.holds(one.mark_box) if one.mark is None else not one.keep_out.meets(one.mark_box)


WORDS = st.text("abcdefghijklmnopqrstuvwxyzåäöøæąćęłńóśźżABCÅÄÖŁŚŻ -'.", min_size=1, max_size=34).map(str.strip).filter(bool)
ADDRESSES = st.builds(
    Address,
    name=st.one_of(WORDS, st.just("Bartholomew Featherstonehaugh-Cholmondeley de la Tour III")),
    co=st.one_of(st.just(""), WORDS),
    street=WORDS,
    postcode=st.sampled_from(["00100", "31-147", "111 22", "0150"]),
    town=WORDS,
    country=st.sampled_from(["FI", "SE", "PL", "NO", "DE", "EE", "GB", "BA"]),
    more=st.lists(WORDS, max_size=3).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kind=st.sampled_from(sorted(all_envelopes())), address=ADDRESSES)
def test_the_window_shows_the_address_and_nothing_else(kind: str, address: Address) -> None:
    written = tuple(lines(address, sender_country="FI", most=envelope(kind).lines))
    out, sheet = message(), page(kind, written)
    preflight.inspect(render.pdf(out, sheet), sheet.envelope, written)
    empty = render.pdf(out, sheet, only_frame=True)
    assert preflight.ink(empty, preflight.on_page(sheet.envelope.keep_out)) is None


@pytest.mark.parametrize("kind", all_envelopes())
def test_a_scanner_reads_the_piece_in_every_envelope(kind: str) -> None:
    out = message()
    pdf = render.pdf(out, page(kind, ("Helvi Rautio", "Kuja 1", "00100 HELSINKI")))
    assert read_mark(pdf, envelope(kind).mark_box) == render.mark.piece_number(out.id)


def test_the_preflight_sees_ink_beside_the_address() -> None:
    out, narrow = message(), page("fi-e65", ("Helvi Rautio", "Kuja 1", "00100 HELSINKI"))
    pdf = render.pdf(out, narrow)
    with pytest.raises(Exception, match="something else"):
        preflight.inspect(pdf, narrow.envelope, ("Maija Laine", "Kuja 1", "00100 HELSINKI"))
    with pytest.raises(Exception, match="does not fit"):
        preflight.inspect(pdf, envelope("de-dl"), narrow.address)
    with pytest.raises(Exception, match="missing"):
        preflight.inspect(render.pdf(out, narrow, only_frame=True), narrow.envelope, narrow.address)


def test_addresses_as_each_country_writes_them() -> None:
    def shown(text: str, country: str = "FI") -> list[str]:
        return lines(parse(text, country=country), sender_country="FI")

    assert shown("Maija Laine\nc/o Matti Virtanen\nKuja 1 A\n00100 Helsinki\nSuomi") == [
        "Maija Laine",
        "c/o Matti Virtanen",
        "Kuja 1 A",
        "00100 HELSINKI",
    ]
    assert shown("Piotr Kowalski\nul. Długa 5\n31147 Kraków\nPolska")[-2:] == ["31-147 KRAKÓW", "POLAND"]
    assert shown("Anna\nStorgatan 1\nSE-11122 Stockholm\nSE")[-2:] == ["111 22  STOCKHOLM", "SWEDEN"]
    assert shown("Kari\nKarl Johans gate 1\n0154 Oslo\nNorge")[-2:] == ["0154 OSLO", "NORWAY"]
    assert shown("Mart\nPikk 1\n10123 Tallinn\nEesti")[-2:] == ["10123 TALLINN", "ESTONIA"]
    assert shown("Uwe\nHauptstr. 1\n10115 Berlin\nDeutschland")[-2:] == ["10115 BERLIN", "GERMANY"]
    assert shown("Uwe\nHauptstr. 1\n10115 Berlin", "DE")[-1] == "GERMANY"
    assert lines(parse("Uwe\nHauptstr. 1\n10115 Berlin", country="DE"), sender_country="DE")[-1] == "10115 Berlin"
    assert shown("Mr John\nFlat 2\n10 Downing St\nLondon SW1A 2AA\nUK") == [
        "Mr John",
        "Flat 2",
        "10 Downing St",
        "LONDON SW1A 2AA",
        "UNITED KINGDOM",
    ]


def test_an_address_from_lines_from_a_dict_and_with_the_name_beside_it() -> None:
    assert read("Kuja 1\n00100 Helsinki", country="FI", name="Helvi Rautio").name == "Helvi Rautio"
    assert read("", {"street": "Kuja 1", "town": "Turku", "postcode": "20100"}, country="FI", name="Anna").missing == []
    assert from_dict({"name": "A\x00\n B", "co": "c/o C", "street": "x\u202e1", "town": "T"}, country="FI") == Address(
        "A B", "C", "x 1", "", "T", "FI"
    )
    assert parse("", country="FI").missing == ["name", "street", "town", "postcode"]


@given(ADDRESSES.filter(lambda a: not a.more and a.country in ("FI", "PL", "SE")))
def test_an_address_written_as_text_is_read_back(address: Address) -> None:
    once = parse(as_text(address), country="FI")
    assert parse(as_text(once), country="FI") == once


@given(st.lists(WORDS, min_size=0, max_size=9))
def test_never_more_lines_than_a_window_has(more: list[str]) -> None:
    found = lines(Address("N", "C", "S", "1", "T", "GB", tuple(more)), sender_country="FI")
    assert len(found) <= 7
    assert (found[0], found[-1]) == ("N", "UNITED KINGDOM")


def test_text_becomes_paragraphs_lists_and_links() -> None:
    found = blocks(
        "Hei,\n\nkaksi\nriviä\n- yksi\n- kaksi\n  jatkuu\n\n1. a\n2) b\n\nhttps://www.example.fi/x. [ehdot](https://example.fi/pitkä)"
    )
    assert [one["kind"] for one in found] == ["p", "p", "list", "list", "p"]
    assert "".join(r["text"] for r in found[1]["runs"]) == "kaksi\nriviä"
    assert [len(one["items"]) for one in found if one["kind"] == "list"] == [2, 2]
    assert found[3]["ordered"]
    link, _, named = found[4]["runs"]
    assert (link["text"].replace("\u200b", ""), link["url"]) == ("example.fi/x", "https://www.example.fi/x")
    assert (named["text"], named["note"].replace("\u200b", "")) == ("ehdot", "example.fi/pitkä")
    assert blocks("https://example.fi/" + "a" * 60)[0]["runs"][0]["note"].startswith("example.fi")


@given(st.text(max_size=300))
def test_any_text_can_be_understood(text: str) -> None:
    blocks(text)
    assert "\x00" not in printable(text)


def test_a_closing_is_said_once() -> None:
    body, own = words.split_closing("Hei.\n\nKiitos!\n\nTerveisin\nAino", "Aino Virtanen")
    assert (body, words.closing("fi", own, "Aino Virtanen")) == ("Hei.\n\nKiitos!", (["Terveisin"], "Aino Virtanen"))
    body, own = words.split_closing("Hej.\nMed vänlig hälsning,\nAino Virtanen", "Aino Virtanen")
    assert (body, words.closing("sv", own, "Aino Virtanen")[0]) == ("Hej.", ["Med vänlig hälsning,"])
    assert words.closing("pl-PL", *words.split_closing("Tak.", "")[1:], "") == (["Z poważaniem"], "")
    assert words.split_closing("Regards the order: it is here.\n\nNext.", "Aino")[1] == ""


def test_dates_as_the_reader_writes_them() -> None:
    told = {language: words.date_words(AT, language) for language in ("fi", "sv", "pl", "en", "nb", "xx")}
    assert told == {
        "fi": "22. marraskuuta 2026",
        "sv": "22 november 2026",
        "pl": "22 listopada 2026",
        "en": "22 November 2026",
        "nb": "22. november 2026",
        "xx": "22 November 2026",
    }
