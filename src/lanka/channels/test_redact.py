"""What stands in the exchange log opens nothing."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanka.channels.models import Line
from lanka.channels.redact import MASK, exchange, redacted
from lanka.core import secrets

SECRET = "s3cret/with+signs&more"
INNER = "inner-key-99"
LINE = Line(kind="x", name="Ketju", settings={"password": secrets.lock(SECRET), "more": [{"key": secrets.lock(INNER)}]})
WORDS = st.text(min_size=4, max_size=40).filter(lambda text: MASK not in text)
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "heard",
    [
        f"535 wrong: {SECRET}",
        f"GET /send?user=lanka&key={'s3cret%2Fwith%2Bsigns%26more'} refused",
        f"Authorization: Basic {base64.b64encode(SECRET.encode()).decode()}",
        "we got inner-key-99 from you",
    ],
)
def test_a_provider_repeats_what_we_sent_it(heard: str) -> None:
    row = exchange(LINE, what="send", ok=False, heard=heard)
    for form in (SECRET, "s3cret%2F", "inner-key-99", base64.b64encode(SECRET.encode()).decode()):
        assert form not in row.heard
    assert MASK in row.heard


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Bearer abcdef0123456789 was refused", f"Bearer {MASK} was refused"),
        ('{"access_token": "xyz-1", "to": "+358401234567"}', f'{{"access_token": "{MASK}", "to": "+358401234567"}}'),
        ("password=hunter2; user=aino", f"password={MASK}; user=aino"),
        ("token: Bearer abc.def", f"token: Bearer {MASK}"),
        ("see https://shop.example.fi/c/ABCdef?x=1 and go", f"see https://shop.example.fi/{MASK} and go"),
        ("imaps://aino:pw@mail.example.fi/INBOX", f"imaps://mail.example.fi/{MASK}"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc done", f"jwt {MASK} done"),
        ("250 2.0.0 queued as 4F2A1B3C9D", "250 2.0.0 queued as 4F2A1B3C9D"),
        ("Hei! Pyöräsi PP-20931 on valmis 22.11.2026", "Hei! Pyöräsi PP-20931 on valmis 22.11.2026"),
    ],
)
def test_by_name_and_by_shape(text: str, left: str) -> None:
    assert redacted(text) == left


@pytest.mark.parametrize(
    "said",
    [
        "to +358401234567: Your code is 482913. Type it into the chat",
        "to maija@example.fi: Koodisi on 482913",
        "to +48601234567: Twój kod: 482 913",
        "to +46701234567: Din kod är 4829",
    ],
)
def test_a_code_stays_between_the_two(said: str) -> None:
    row = exchange(LINE, what="send", ok=True, said=said, heard=f"queued: {said}")
    for text in (row.said, row.heard):
        assert not re.search(r"4829|482 913", text)
        assert said.partition(":")[0] in text, "to whom it went is what the log is for"


def test_numbers_in_other_messages_stay() -> None:
    assert "20931" in exchange(LINE, what="send", ok=True, said="to +358401234567: Tilaus 20931 on noudettavissa").said


@given(
    st.text(min_size=4, max_size=40).filter(lambda text: text.strip() == text and MASK not in text),
    st.text(max_size=80),
    st.text(max_size=80),
)
def test_no_secret_of_the_line_stays_whatever_stands_around_it(secret: str, before: str, after: str) -> None:
    line = Line(kind="x", name="x", settings={"secret": secrets.lock(secret)})
    assert secret not in exchange(line, what="send", ok=True, said=before + secret + after).said.replace(MASK, "\0")


def test_nobody_writes_the_log_past_this() -> None:
    writers = re.compile(r"\bExchange\(|Exchange\.objects\.(create|get_or_create|update_or_create)\(")
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src" / "lanka").rglob("*.py")
        if not path.name.startswith("test_") and "migrations" not in path.parts and writers.search(path.read_text())
    ]
    assert [path for path in found if not path.endswith(("channels/redact.py", "channels/models.py"))] == []
