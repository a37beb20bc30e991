"""One text, composed for a mail, a text message, a chat and paper; filled for one person after another."""

import json
import time

import pytest

from lanka.channels.base import Capabilities
from lanka.content.blocks import NotBlocks, read
from lanka.content.liquid import BadLiquid, Missing
from lanka.content.prepare import Links, prepare

MAIL = Capabilities(address="email", subject=True, html=True, files=True)
SHORT = Capabilities(address="phone", segmented=True)
CHAT = Capabilities(address="account", buttons=8)
PAPER = Capabilities(address="postal", subject=True, paper=True)
BRAND = {"name": "Pyörä & Polku", "color": "#1d6b52", "ink": "#1d2b26", "return_address": "Pyörä & Polku Oy\nAnnankatu 31\n00100 Helsinki"}
BOUGHT = "Ostit pyörän **{{ product.name }}** {{ product.bought_at }}.\n\nLue [ohjeet](https://pp.example/huolto?b={{ product.name }})."
SERVICE = {
    "fi": {
        "subject": "{{ person.first_name }}, {{ product.name }} kaipaa huoltoa",
        "preview": "Puolen vuoden huolto pitää vaihteet terävinä.",
        "blocks": [
            {"id": "h", "kind": "heading", "text": "Hei {{ person.first_name }}!"},
            {"id": "t", "kind": "text", "text": BOUGHT},
            {"id": "w", "kind": "text", "when": 'person.city == "Turku"', "text": "Turun pajalla on tilaa heti."},
            {"id": "b", "kind": "button", "label": "Varaa huolto", "url": "https://pp.example/varaa"},
            {"id": "s", "kind": "signature", "closing": "Ystävällisin terveisin", "name": "Ville", "role": "Korjaamo"},
        ],
    }
}  # fmt: skip
EVIL = [
    '<script>alert("x")</script>', "{{ brand.name }}", "{% if true %}", "**x** [a](javascript:b)", '" onload="x', "a\r\nBcc: b@c",
    "\ue0000\ue001",
]  # fmt: skip
BEYOND = [
    "{% include 'x' %}", "{% render 'x' %}", "{% assign a = 1 %}", "{{ x | append: 'y' }}", "{% if x %}", "{{ x | replace: 'a', 'b' }}",
]  # fmt: skip
MAIJA = {
    "person": {"first_name": "Maija", "city": "Helsinki"},
    "product": {"name": "Kuura M 54", "bought_at": "2026-05-14"},
}


def text(words, **more):
    return {"fi": {"subject": "S", "blocks": [{"id": "t", "kind": "text", "text": words, **more}]}}


@pytest.mark.django_db
def test_a_mail_with_its_plain_part():
    made = prepare(SERVICE, "fi", MAIL, BRAND).fill(MAIJA, Links(unsubscribe="https://l.example/u/1"))
    assert made.subject == "Maija, Kuura M 54 kaipaa huoltoa"
    assert "Hei Maija!" in made.html and "14. toukokuuta 2026" in made.html and "<strong>Kuura M 54</strong>" in made.html
    assert 'href="https://pp.example/huolto?b=Kuura%20M%2054"' in made.html and 'href="https://l.example/u/1"' in made.html
    assert "Turun pajalla" not in made.html and "links.view" not in made.html
    assert "Varaa huolto: https://pp.example/varaa" in made.text and "**" not in made.text and "<" not in made.text
    assert "\ue000" not in made.html + made.text and "{{" not in made.html and "{%" not in made.html


def test_a_condition_takes_a_block_in_and_out():
    turku = {**MAIJA, "person": {"first_name": "Eero", "city": "Turku"}}
    ready = prepare(SERVICE, "fi", CHAT, BRAND)
    assert "Turun pajalla" in ready.fill(turku).text and "Turun pajalla" not in ready.fill(MAIJA).text


def test_a_text_message_is_short_and_its_link_is_the_persons_own():
    made = prepare(SERVICE, "fi", SHORT, BRAND).fill(MAIJA, Links(track=lambda url, block: f"https://l.example/{block}"))
    assert made.text.endswith("Varaa huolto: https://l.example/b") and "Hei Maija" not in made.text and not made.html
    own = {"fi": {**SERVICE["fi"], "short": "{{ product.name }} huoltoon? pp.example/varaa"}}
    assert prepare(own, "fi", SHORT, BRAND).fill(MAIJA).text == "Kuura M 54 huoltoon? pp.example/varaa"


def test_a_chat_has_buttons():
    made = prepare(SERVICE, "fi", CHAT, BRAND).fill(MAIJA)
    assert made.data == {"buttons": [{"text": "Varaa huolto", "url": "https://pp.example/varaa"}]}
    assert "https://pp.example/varaa" not in made.text


def test_paper_gets_blocks_as_data():
    made = prepare(SERVICE, "fi", PAPER, BRAND).fill(MAIJA)
    assert [one["kind"] for one in made.data["blocks"]] == ["heading", "p", "p", "code", "signature"]
    assert made.data["blocks"][1]["runs"][1] == {"text": "Kuura M 54", "bold": True}
    assert json.loads(json.dumps(made.data)) == made.data


@pytest.mark.django_db
@pytest.mark.parametrize("evil", EVIL)
def test_a_value_is_only_ever_words(evil):
    values = {**MAIJA, "person": {"first_name": evil, "city": evil}}
    made = prepare(SERVICE, "fi", MAIL, BRAND).fill(values)
    assert "<script" not in made.html and 'onload="' not in made.html and "<strong>x" not in made.html
    assert "Pyörä &amp; Polku kaipaa" not in made.html and "\n" not in made.subject and "\r" not in made.subject
    assert evil.strip() in made.text or "\n" in evil
    paper = prepare(SERVICE, "fi", PAPER, BRAND).fill(values)
    assert paper.data["blocks"][0]["text"] == f"Hei {evil}!"


def test_a_field_that_is_an_address_must_be_one():
    ready = prepare(text("[parcel]({{ order.parcel_url }})"), "fi", CHAT, BRAND)
    assert "https://posti.fi/x" in ready.fill({"order": {"parcel_url": "https://posti.fi/x"}}).text
    assert "javascript" not in ready.fill({"order": {"parcel_url": "javascript:alert(1)"}}).text


def test_what_is_missing_is_said_and_never_sent():
    ready = prepare(text("Hei {{ person.first_name }}, {{ person.city | default: 'siellä' }}"), "fi", SHORT, BRAND)
    with pytest.raises(Missing) as missing:
        ready.fill({"person": {"first_name": ""}})
    assert missing.value.fields == ("person.first_name",)
    assert ready.show({}).text == "Hei ⟨person.first_name⟩, siellä"


@pytest.mark.parametrize("source", BEYOND)
def test_the_sandbox_is_small(source):
    with pytest.raises(BadLiquid):
        prepare(text(source), "fi", SHORT, BRAND)


def test_loops_end():
    many = {"a": [{"b": 1}] * 400}
    with pytest.raises(BadLiquid):
        prepare(text("{% for x in a %}{% for y in a %}{% for z in a %}{% endfor %}{% endfor %}{% endfor %}"), "fi", SHORT, BRAND).fill(many)


def test_what_is_wrong_is_told_by_block_and_field():
    with pytest.raises(NotBlocks) as wrong:
        read({"fi": {"blocks": [{"id": "a", "kind": "facts", "rows": [{"label": 1}]}, {"id": "b", "kind": "film"}]}})
    assert [(f["block"], f["field"]) for f in wrong.value.faults] == [("a", "rows.0.label"), ("b", "")]


@pytest.mark.django_db
def test_the_same_words_and_values_are_the_same_bytes():
    assert prepare(SERVICE, "fi", MAIL, BRAND).fill(MAIJA) == prepare(SERVICE, "fi", MAIL, BRAND).fill(MAIJA)


@pytest.mark.django_db
def test_filling_is_fast():
    """A bar far below what is measured (docs/content.md), so that only a real fall breaks it."""
    ready, links = prepare(SERVICE, "fi", MAIL, BRAND), Links("https://l/u", "https://l/p", "https://l/v", track=lambda url, block: url)
    start = time.process_time()
    for _number in range(500):
        ready.fill(MAIJA, links)
    assert 500 / (time.process_time() - start) > 2000


@pytest.mark.django_db
def test_what_the_writer_wrote_is_words_too():
    words = 'Rengas & "kumi" <b>28\'</b>'
    blocks = [
        {"id": "h", "kind": "heading", "text": words},
        {"id": "p", "kind": "picture", "file": "a" * 64, "alt": words},
        {"id": "b", "kind": "button", "label": words, "url": "https://pp.example/?a=1&b=2"},
        {"id": "f", "kind": "facts", "rows": [{"label": words, "value": words}]},
    ]
    html = prepare({"fi": {"subject": words, "preview": words, "blocks": blocks}}, "fi", MAIL, BRAND).fill({}).html
    assert html.count("Rengas &amp; &#34;kumi&#34; &lt;b&gt;28&#39;&lt;/b&gt;") == 8
    assert "<b>28" not in html and 'href="https://pp.example/?a=1&amp;b=2"' in html
