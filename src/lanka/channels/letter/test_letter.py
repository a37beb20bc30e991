"""The page: PDF/A, two sheets, hostile text and pictures, previews."""

from __future__ import annotations

import pikepdf
import pytest

from lanka.channels.base import (
    Refused,
    Sender,
    Unreachable,
)
from lanka.channels.letter import raster
from lanka.channels.letter.conftest import BRAND, LETTER, letter, line
from lanka.channels.letter.mark import message_id, piece_number
from lanka.core.ids import uuid7


def test_the_page_is_pdf_a_tagged_and_in_the_readers_language() -> None:
    pdf = LETTER.preview(line(), letter()).data
    with pikepdf.open(__import__("io").BytesIO(pdf)) as document:
        with document.open_metadata() as told:
            assert (told["pdfaid:part"], told["pdfaid:conformance"], told["pdfuaid:part"]) == ("3", "B", "1")
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("fi")
        assert document.Root.OutputIntents
        assert len(document.pages) == 1
    whole = raster.text_in(pdf, raster.Box(0, 0, 210, 297))
    assert "Ystävällisin terveisin" in whole
    assert "Aino Virtanen" in whole
    assert "1 (1)" in whole
    assert "marraskuuta" in whole or "kuuta" in whole


def test_a_long_letter_has_two_pages_and_costs_a_second_sheet_only_when_printed_on_one_side() -> None:
    long = letter("\n\n".join(["Ja sitten vielä yksi kappale tekstiä, jotta sivu täyttyy varmasti."] * 40))
    both, one = LETTER.piece(line(), long), LETTER.piece(line(duplex=False), long)
    assert (both.pages, both.sheets, one.sheets) == (2, 1, 2)
    sent = LETTER.send(line(duplex=False, price=149, sheet_price=20), long)
    assert (sent.cost, sent.parts, sent.currency) == (169, 2, "EUR")
    assert "2 (2)" in raster.text_in(both.pdf, raster.Box(0, 270, 210, 297), page=1)
    assert LETTER.measure(line(), long.text).parts == 1


def test_too_many_sheets_for_the_envelope_are_refused() -> None:
    book = letter("\n\n".join([f"Kappale {i}. " + "Teksti jatkuu ja jatkuu. " * 12 for i in range(120)]))
    with pytest.raises(Refused, match="too many for the envelope"):
        LETTER.piece(line(duplex=False, envelope="fi-e65"), book)


def test_nothing_that_a_person_writes_is_typst() -> None:
    evil = '#panic("boom") $x^2$ *bold* _it_ @ref <label> \\ `code` #read("/etc/passwd") [a](b) {{ name }} <script>alert(1)</script>'
    whole = raster.text_in(LETTER.preview(line(), letter(evil, subject='#eval("1+1")')).data, raster.Box(0, 0, 210, 297))
    assert '#panic("boom")' in whole
    assert "#read(" in whole
    assert '#eval("1+1")' in whole


def test_a_hostile_logo_reads_no_file_and_stops_no_letter() -> None:
    for logo in (
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
        "<svg",
        "not svg at all",
    ):
        out = letter(sender=Sender("Pyörä & Polku", "Aino", {**BRAND, "logo": logo, "color": "red; }", "font": "Comic Sans MS"}))
        assert LETTER.preview(line(), out).data.startswith(b"%PDF-1.7")


def test_emoji_go_quietly_and_an_unknown_script_is_refused_in_words() -> None:
    assert "Kiitos!" in raster.text_in(LETTER.preview(line(), letter("Kiitos! 😊👍🏽")).data, raster.Box(0, 90, 210, 200))
    with pytest.raises(Refused, match="typeface"):
        LETTER.preview(line(), letter("漢字"))


def test_an_address_without_a_street_is_unreachable() -> None:
    with pytest.raises(Unreachable, match="street, town"):
        LETTER.send(line(), letter(to="Helvi Rautio"))
    with pytest.raises(Unreachable, match="postcode"):
        LETTER.send(line(), letter(to="", to_name="Helvi Rautio", data={"address": {"street": "Kuja 1", "town": "Helsinki"}}))


def test_previews_as_page_and_as_envelope() -> None:
    page = LETTER.preview(line(), letter(data={"preview": "page"}))
    closed = LETTER.preview(line(), letter(data={"preview": "envelope"}))
    assert (page.content_type, closed.content_type) == ("image/png", "image/png")
    assert page.data.startswith(b"\x89PNG")
    assert closed.data.startswith(b"\x89PNG")


def test_the_number_on_the_piece_leads_back_to_the_message() -> None:
    message = str(uuid7())
    assert len(piece_number(message)) == 26
    assert message_id(piece_number(message)) == message
    assert message_id(piece_number(message).lower()) == message
    assert piece_number("../..") == "0"
    assert message_id("PH-1") == "PH-1"
