"""A letter typeset from blocks: tables, codes that a telephone reads, pictures, several pages."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from lanka.channels.base import File, Refused
from lanka.channels.letter import raster
from lanka.channels.letter.conftest import LETTER, letter, line

PAGE = raster.Box(0, 0, 210, 297)


def run(text, **marks):
    return {"text": text, **marks}


def cell(text, **marks):
    return {"runs": [run(text)], **marks}


def of(*blocks, files=()):
    return replace(letter("the plain words are not printed"), data={"blocks": list(blocks)}, files=files)


def test_blocks_are_typeset_and_the_text_is_not():
    rows = [
        {"cells": [cell("Perushuolto"), cell("89,00 €", right=True)]},
        {"cells": [cell("Yhteensä"), cell("89,00 €", right=True)], "total": True},
    ]
    made = of(
        {"kind": "heading", "text": "Lasku"},
        {"kind": "p", "runs": [run("Kiitos "), run("käynnistä", bold=True), run(". Katso "), run("ohje", url="https://pp.example/ohje")]},
        {"kind": "table", "head": [cell("Työ"), cell("Summa", right=True)], "rows": rows},
        {"kind": "signature", "closing": "Terveisin", "name": "Ville", "role": "Korjaamo"},
    )  # fmt: skip
    whole = raster.text_in(LETTER.piece(line(), made).pdf, PAGE)
    assert "Lasku" in whole and "Perushuolto" in whole and "Yhteensä" in whole and "Kiitos käynnistä. Katso ohje" in whole
    assert "pp.example/ohje" in whole.replace("\u200b", "") and "Terveisin" in whole and "Korjaamo" in whole
    assert "plain words" not in whole


def test_a_button_is_a_code_that_a_telephone_reads():
    url = "https://pyorapolku.example/l/7Qx3varaa"
    pdf = LETTER.piece(line(), of({"kind": "code", "text": "Varaa huolto", "url": url})).pdf
    page = Image.open(io.BytesIO(raster.png(pdf))).convert("L")
    assert url in {found.text for found in zxingcpp.read_barcodes(page)}
    assert "pyorapolku.example/l/7Qx3varaa" in raster.text_in(pdf, PAGE).replace("\u200b", "")


def test_a_picture_comes_from_the_messages_own_files():
    out = io.BytesIO()
    Image.new("RGB", (400, 200), "#cc0000").save(out, "PNG")
    made = of(
        {"kind": "picture", "file": "p1", "alt": "punainen", "width": 400, "height": 200},
        files=(File("p.png", "image/png", out.getvalue(), "p1"),),
    )
    page = Image.open(io.BytesIO(LETTER.preview(line(), replace(made, data={**made.data, "preview": "page"})).data)).convert("RGB")
    red = sum(1 for pixel in page.resize((210, 297)).get_flattened_data() if pixel[0] > 180 and pixel[1] < 60)
    assert red > 5000
    assert LETTER.piece(line(), of({"kind": "picture", "file": "gone", "alt": "", "width": 4, "height": 4})).pages == 1


def test_many_lines_go_on_over_the_pages():
    rows = [{"cells": [cell(f"Osa {n}"), cell("1", right=True)]} for n in range(70)]
    piece = LETTER.piece(line(), of({"kind": "table", "head": [cell("Osa"), cell("Määrä", right=True)], "rows": rows}))
    assert piece.pages >= 2 and "Määrä" in raster.text_in(piece.pdf, PAGE, page=1)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", ""])
def test_no_code_leads_where_no_paper_should(url):
    pdf = LETTER.piece(line(), of({"kind": "code", "text": "Varaa", "url": url})).pdf
    assert not [one for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(raster.png(pdf)))) if "alert" in one.text or "file" in one.text]
    with pytest.raises(Refused):
        LETTER.piece(line(), of({"kind": "film"}))


def test_what_people_wrote_is_no_typst():
    whole = raster.text_in(
        LETTER.piece(line(), of({"kind": "heading", "text": '#panic("x")'}, {"kind": "p", "runs": [run("$x$ *b*")]})).pdf, PAGE
    )
    assert '#panic("x")' in whole and "$x$ *b*" in whole
