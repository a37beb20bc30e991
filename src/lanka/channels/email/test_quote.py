"""Quotes and signatures are folded, forwards are not, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanka.channels.email.markup import sanitised
from lanka.channels.email.plain import to_text
from lanka.channels.email.quote import fold

SAID = "Kiitos, torstai sopii.\n\nTerveisin\nMaija"
ATTRIBUTIONS = [
    "On Mon, 3 Mar 2025 at 09:14, Aino Virtanen <apua@example.fi> wrote:",
    "On Mon, 3 Mar 2025 at 09:14, Aino Virtanen from Pyörä & Polku <\napua@example.fi> wrote:",
    "ma 3. maalisk. 2025 klo 9.14 Aino Virtanen <apua@example.fi> kirjoitti:",
    "Aino Virtanen (apua@example.fi) kirjoitti 3.3.2025 klo 9.14:",
    "Den mån 3 mars 2025 kl 09:14 skrev Aino Virtanen <apua@example.fi>:",
    "Den mån 3 mars 2025 kl 09:14 skrev Aino Virtanen <\napua@example.fi>:",
    "pon., 3 mar 2025 o 09:14 Aino Virtanen <apua@example.fi> napisał(a):",
    "W dniu 3.03.2025 o 09:14, Aino Virtanen pisze:",
    "Am 03.03.2025 um 09:14 schrieb Aino Virtanen:",
    "Am Mo., 3. März 2025 um 09:14 Uhr schrieb Aino Virtanen <apua@example.fi>:",
    "Le lun. 3 mars 2025 à 09:14, Aino <apua@example.fi> a écrit :",
    "2025-03-03 09:14 GMT+02:00 Aino Virtanen <apua@example.fi>:",
]
BLOCKS = [
    "From: Aino Virtanen <apua@example.fi>\nSent: Monday, March 3, 2025 9:14 AM\nTo: Maija\nSubject: Service",
    "Lähettäjä: Aino Virtanen <apua@example.fi>\nLähetetty: maanantai 3. maaliskuuta 2025 9.14\nVastaanottaja: Maija\nAihe: Huolto",
    "Från: Aino Virtanen <apua@example.fi>\nSkickat: den 3 mars 2025 09:14\nTill: Maija\nÄmne: Service",
    "Od: Aino Virtanen <apua@example.fi>\nWysłano: poniedziałek, 3 marca 2025 09:14\nDo: Maija\nTemat: Serwis",
    "Von: Aino Virtanen <apua@example.fi>\nGesendet: Montag, 3. März 2025 09:14\nAn: Maija\nBetreff: Service",
    "*From:* Aino Virtanen\n*Date:* 3 March 2025\n*To:* Maija\n*Subject:* Service",
    "________________________________\nFrom: Aino Virtanen <apua@example.fi>\nSent: Monday\nTo: Maija\nSubject: Service",
    "-----Original Message-----\nFrom: Aino\nSent: Monday\nTo: Maija",
    "-----Alkuperäinen viesti-----\nLähettäjä: Aino\nLähetetty: ma",
    "----- Ursprungligt meddelande -----\nFrån: Aino",
    "-----Ursprüngliche Nachricht-----\nVon: Aino",
    "-----Wiadomość oryginalna-----\nOd: Aino",
]


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
def test_a_quote_below_the_answer(attribution: str) -> None:
    quote = f"{attribution}\n\n> Hei Maija,\n> sopisiko torstai?\n>> aiempi"
    assert fold(f"{SAID}\n\n{quote}\n") == (SAID, quote)


@pytest.mark.parametrize("block", BLOCKS)
def test_outlooks_block(block: str) -> None:
    quote = f"{block}\n\nHei Maija,\n\nsopisiko torstai?\n"
    assert fold(f"{SAID}\n\n{quote}") == (SAID, quote.strip())


@pytest.mark.parametrize(
    "tail",
    [
        "-- \nMaija Laine\n+358 40 555 0134",
        "--\nMaija",
        "Sent from my iPhone",
        "Lähetetty iPhonesta",
        "Lähetetty laitteesta Samsung Galaxy",
        "Skickat från min iPhone",
        "Wysłane z iPhone'a",
        "Von meinem iPhone gesendet",
        "Get Outlook for iOS<https://aka.ms/x>",
    ],
)
def test_signatures(tail: str) -> None:
    assert fold(f"{SAID}\n\n{tail}\n") == (SAID, tail)
    quoted = f"{ATTRIBUTIONS[0]}\n> Hei"
    assert fold(f"{SAID}\n\n{tail}\n\n{quoted}") == (SAID, f"{tail}\n\n{quoted}")


def test_an_answer_below_the_quote() -> None:
    quote = f"{ATTRIBUTIONS[0]}\n> sopisiko torstai?"
    assert fold(f"{quote}\n\n{SAID}\n\n-- \nMaija") == (SAID, f"-- \nMaija\n\n{quote}")


def test_answers_between_the_lines_keep_what_they_answer() -> None:
    text = f"{ATTRIBUTIONS[0]}\n> Torstai?\n\nSopii.\n\n> Aamu?\n\nEi, ilta."
    assert fold(text) == (text, "")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Fwd: Lasku", "Katso alla.\n\n---------- Forwarded message ---------\nFrom: X <x@example.fi>\nDate: ma\nSubject: Lasku\n\nHei"),
        ("VL: Lasku", "Lähettäjä: X\nLähetetty: ma\nVastaanottaja: Maija\nAihe: Lasku\n\nHei"),
        ("VB: Faktura", "Se nedan\n\nFrån: X\nSkickat: i dag\nTill: Anna\nÄmne: Faktura\n\nHej"),
        ("PD: Faktura", "Od: X\nWysłano: dziś\nDo: Piotr\nTemat: Faktura\n\nWitam"),
        ("WG: Rechnung", "-----Ursprüngliche Nachricht-----\nVon: X\nGesendet: heute\n\nHallo"),
        ("Lasku", "Begin forwarded message:\n\nFrom: X\nDate: ma\nTo: Y\nSubject: Lasku\n\nHei"),
    ],
)
def test_a_forward_says_what_it_forwards(subject: str, text: str) -> None:
    assert fold(text, subject) == (text, "")


@pytest.mark.parametrize(
    "text",
    [
        "Seller wrote:\nIt is new. I doubt it.",  # no date, no address: a story
        "From: here I see nothing.\nTo be honest.",
        "On the 3rd I wrote: it squeaks.",
        "> only a quote\n> and nothing else",
        "5 > 3 and a - b -- c",
        "--",
        "",
        "Hinta: 20 €\nKoko: L\nVäri: punainen",
    ],
)
def test_what_only_looks_like_a_quote(text: str) -> None:
    assert fold(text) == (text, "")


LINES = st.sampled_from(
    [
        *SAID.split("\n"),
        *ATTRIBUTIONS[:4],
        "> quoted",
        ">> deeper",
        "",
        "-- ",
        "Sent from my iPhone",
        *BLOCKS[0].split("\n"),
        "____________",
    ]
)


@given(st.lists(LINES, max_size=25).map("\n".join))
def test_no_line_is_ever_lost(text: str) -> None:
    said, folded = fold(text)
    kept = sorted(line for line in f"{said}\n{folded}".split("\n") if line.strip())
    assert kept == sorted(line for line in text.split("\n") if line.strip())


def test_html_only_mails_are_read_and_folded_too() -> None:
    gmail = (
        '<div dir="ltr">Kiitos, <b>torstai</b> sopii.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 3 Mar '
        '2025 Aino &lt;<a href="mailto:apua@example.fi">apua@example.fi</a>&gt; wrote:<br></div><blockquote class="gmail_quote" '
        'style="margin:0"><div>sopisiko<br>torstai?</div></blockquote></div>'
    )
    said, folded = fold(to_text(sanitised(gmail)))
    assert said == "Kiitos, torstai sopii."
    assert folded.endswith("wrote:\n\n> sopisiko\n> torstai?")


def test_text_out_of_html() -> None:
    html = "<p>Hei&nbsp;Aino,</p><ul><li>ketju</li><li>jarru</li></ul><pre>a\n  b</pre><table><tr><td>1</td><td>2</td></tr></table><hr>x"
    html += '<span style="display:none">hidden <i>too</i></span><img src="cid:1" alt="kuva">'
    assert to_text(sanitised(html)) == "Hei Aino,\n\n- ketju\n- jarru\n\na\n  b\n\n1 2\n---\n\nx[kuva]"
