"""The parts that need no server: settings, questions, colours, tokens, pace, words, and what is made of what was kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from lanka.channels.base import Forged, LineView, Raw
from lanka.channels.chat import Chat, front, squeeze, tokens
from lanka.channels.chat.look import AA, PAPER, contrast, palette
from lanka.channels.chat.pace import MOST, Pace
from lanka.channels.chat.questions import Question, questions_in
from lanka.channels.chat.settings import Settings

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MAIJA = "01977f5e-1111-7000-8000-00000000000a"


def a_line(**settings: object) -> LineView:
    brand = {"name": "Pyörä & Polku", "color": "#c8372d", "open": "1", "agents": "Aino, Ville"}
    return LineView(1, "line-token", "Chat", "chat", Settings(**settings), brand=brand)  # type: ignore[arg-type]


def test_questions_are_read_as_people_write_them() -> None:
    text = "name\n email * \ntopic: An order | A repair |\ntopic/fi: Tilaus | Huolto\nFrame number*\n"
    assert questions_in(text) == [
        Question("name"),
        Question("email", required=True),
        Question("topic", options=("An order", "A repair")),
        Question("Frame number", required=True),
    ]
    assert questions_in(text, "fi")[2].options == ("Tilaus", "Huolto")
    for wrong in (": a | b", "\n".join("abcdefg")):
        with pytest.raises(ValidationError):
            Settings(questions=wrong)


def test_sites_are_written_as_origins() -> None:
    assert Settings(origins="https://www.example.fi\nhttp://localhost:8000").allows("http://localhost:8000")
    assert Settings().allows("https://anything.example")
    for wrong in ("www.example.fi", "https://www.example.fi/", "javascript:alert(1)", "*"):
        with pytest.raises(ValidationError):
            Settings(origins=wrong)


@pytest.mark.parametrize("color", ["#c8372d", "#f2c200", "#000000", "#ffffff", "#777777", "#00ff88", "not a colour"])
def test_every_colour_can_be_read(color: str) -> None:
    look = palette(color)
    assert contrast(look["on"], look["color"]) >= AA
    assert contrast(look["light"], PAPER["light"]) >= AA
    assert contrast(look["dark"], PAPER["dark"]) >= AA


def test_the_words_are_the_same_in_four_languages() -> None:
    english = front.words("en")
    scripts = "".join(path.read_text() for path in (HERE / "widget").glob("*.js"))
    for language in front.LANGUAGES:
        own = front.words(language)
        assert own.keys() == english.keys()
        assert all(set(re.findall(r"{\w+}", own[key])) == set(re.findall(r"{\w+}", english[key])) for key in english)
    assert set(re.findall(r"say\('([a-z_]+)'", scripts)) <= english.keys()
    asked = {"phone", "order", "topic", "greeting", "away", "status_here"}
    assert [key for key in english if key not in asked and not re.search(rf"\b{key}\b", scripts)] == []


def test_the_offer_speaks_the_visitors_language() -> None:
    line = a_line(greeting_fi="Terve!", away="Closed.", closed=True)
    told = front.offer(line, front.spoken("fi-FI,en", "en"))
    assert (told["language"], told["greeting"], told["open"]) == ("fi", "Terve!", False)
    assert told["away"] == front.words("fi")["away"]  # the company wrote it in English only
    assert told["agents"] == ["Aino", "Ville"] and told["title"] == "Pyörä & Polku"
    assert front.spoken("de,nl", "sv") == "sv"


def test_tokens_are_bound_to_line_purpose_and_key(settings: object) -> None:
    token = tokens.visitor_token("one", MAIJA)
    assert tokens.visitor_of("one", token) == MAIJA
    link = tokens.link_token("one", MAIJA, NOW)
    assert tokens.linked("one", link, NOW + timedelta(days=29)) == MAIJA
    for line, forged in (("two", token), ("one", token + "x"), ("one", MAIJA), ("one", ""), ("one", link), ("one", f"{MAIJA}.é")):
        with pytest.raises(Forged):
            tokens.visitor_of(line, forged)
    for forged, at in ((link, NOW + timedelta(days=31)), (token, NOW), (link.replace(".17", ".18"), NOW), ("", NOW)):
        with pytest.raises(Forged):
            tokens.linked("one", forged, at)
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    with pytest.raises(Forged):
        tokens.visitor_of("one", token)


def test_a_code_lives_twenty_minutes_for_one_visitor_and_address() -> None:
    code = tokens.proof_code("one", MAIJA, "maija.laine@example.fi", NOW)
    assert re.fullmatch(r"\d{6}", code)
    assert tokens.proves("one", MAIJA, "Maija.Laine@example.fi ", f"{code[:3]} {code[3:]}", NOW + timedelta(minutes=19))
    assert not tokens.proves("one", MAIJA, "maija.laine@example.fi", code, NOW + timedelta(minutes=31))
    assert not tokens.proves("one", MAIJA, "anna.soderholm@example.fi", code, NOW)
    assert not tokens.proves("one", tokens.new_visitor(), "maija.laine@example.fi", code, NOW)


def test_pace_fills_again_and_forgets() -> None:
    pace = Pace()
    assert [pace.take("say", "maija", 2, 60, now=0.0) for _ in range(3)] == [0, 0, 30]
    assert pace.take("say", "maija", 2, 60, now=31.0) == 0
    assert pace.take("say", "piotr", 2, 60, now=31.0) == 0
    for number in range(MOST + 1):
        pace.take("say", str(number), 2, now=100.0 + number)
    assert len(pace.buckets) <= MOST and ("say", "maija") not in pace.buckets


def test_what_was_said_twice_in_raw_is_understood_the_same() -> None:
    raw = Raw(b'{"visitor":"%s","id":"1","text":"Hei"}' % MAIJA.encode(), path="say", received_at=NOW)
    assert Chat().receive(a_line(), raw) == Chat().receive(a_line(), raw)


@pytest.mark.parametrize(
    ("source", "squeezed"),
    [
        ("const a = 'x  y'; // why\nlet b;", "const a='x  y';let b;"),
        ("if (a) return;\nreturn b - -c", "if(a)return;return b- -c"),
        ("x = () => {\n  y();\n}\nz()", "x=()=>{y();}\nz()"),
        ("a.replace(/ \\/ [/ ]+ /g, ' ')", "a.replace(/ \\/ [/ ]+ /g,' ')"),
        ("`a  ${b}`\n'c'", "`a  ${b}`'c'"),
        ("a / b / c", "a/b/c"),
    ],
)
def test_air_goes_and_meaning_stays(source: str, squeezed: str) -> None:
    assert squeeze.script(source) == squeezed


def test_styles_lose_air_too() -> None:
    assert squeeze.style("a :hover , b > c { color : red; margin: 0 -1px; } /* x */") == "a :hover,b>c{color :red;margin:0 -1px}"
