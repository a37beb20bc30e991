from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanka.core import threads


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=60))
def test_a_token_comes_back_in_any_case(value: str) -> None:
    token = threads.sign(value)
    assert token == token.lower()
    assert threads.read(token) == threads.read(token.upper()) == value


@pytest.mark.parametrize("token", ["", ".", "7", "7.", "7.aaaaaaaaaaaaaaaa", "ä.ääääääääääääääää", "x" * 5000, "7.\x00"])
def test_what_we_did_not_sign_is_nothing(token: str) -> None:
    assert threads.read(token) is None


@given(st.text(max_size=100))
def test_anything_may_come_back(token: str) -> None:
    assert threads.read(token) is None


def test_a_token_of_one_value_does_not_open_another() -> None:
    token = threads.sign("7")
    assert threads.read("8" + token[1:]) is None


@pytest.mark.parametrize("value", ["", "A", "a b", "a.b", "ä", "x" * 81])
def test_only_plain_values_are_signed(value: str) -> None:
    with pytest.raises(ValueError):
        threads.sign(value)
