from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from lanka.channels.base import File, Inbound, Known
from lanka.receive.clean import _clean, clean

AT = datetime(2026, 11, 20, tzinfo=UTC)
texts = st.text(st.characters() | st.sampled_from("\0\ud800\udfff"))
anything = st.recursive(texts | st.integers() | st.none() | st.binary(), lambda inner: st.lists(inner) | st.dictionaries(texts, inner))


def test_one_bad_octet_does_not_lose_the_message():
    found = clean(
        Inbound(
            "1", AT, Known("account", "x:\0z"), "Hei\0 \ud83d!", files=(File("a\0.pdf", "application/pdf", b"\0"),), data={"\0k": ["\0"]}
        )
    )
    assert (found.sender.value, found.text, found.files[0].name, found.files[0].data, found.data) == (
        "x:z",
        "Hei \ufffd!",
        "a.pdf",
        b"\0",
        {"k": [""]},
    )


def test_a_clean_message_is_the_same_object():
    message = Inbound(
        "1", AT, Known("account", "x:1"), "Hei 😀", also=(Known("email", "maija.laine@example.fi"),), data={"a": [1, {"b": "c"}]}
    )
    assert clean(message) is message


@given(anything)
def test_what_comes_out_can_be_stored(value):
    def words(inner):
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, dict):
            for name, one in inner.items():
                yield name
                yield from words(one)
        elif isinstance(inner, list):
            for one in inner:
                yield from words(one)

    for word in words(_clean(value)):
        assert "\0" not in word
        word.encode()
