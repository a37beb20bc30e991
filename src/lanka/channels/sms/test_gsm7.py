from hypothesis import given
from hypothesis import strategies as st

from lanka.channels.sms import gsm7

letters = st.text(alphabet=sorted(gsm7.CODES))


@given(letters)
def test_what_is_written_is_read(text):
    assert gsm7.decode(gsm7.encode(text)) == text


@given(st.binary())
def test_any_octets_can_be_read(data):
    assert isinstance(gsm7.decode(data), str)


@given(st.text(max_size=2000))
def test_no_segment_is_too_long_and_nothing_is_lost(text):
    kind, parts = gsm7.split(text)
    width = 1 if kind is gsm7.GSM7 else 2
    room = kind.alone if len(parts) == 1 else kind.joined
    assert all(len(part) <= room * width for part in parts)
    whole = b"".join(parts)
    assert (gsm7.decode(whole) if kind is gsm7.GSM7 else whole.decode("utf-16-be")) == text


@given(st.text(alphabet="aä€[😀ą", max_size=400))
def test_a_character_is_never_cut_in_two(text):
    kind, parts = gsm7.split(text)
    read = [gsm7.decode(part) if kind is gsm7.GSM7 else part.decode("utf-16-be") for part in parts]
    assert "".join(read) == text


def test_the_price_of_a_letter():
    assert gsm7.measure("Hei Maija!") == gsm7.Measure(1, 150, "GSM-7")
    assert gsm7.measure("ä" * 160) == gsm7.Measure(1, 0, "GSM-7")
    assert gsm7.measure("ä" * 161) == gsm7.Measure(2, 153 * 2 - 161, "GSM-7")
    assert gsm7.measure("5 €").left == 156, "the euro sign takes two places"
    cracow = gsm7.measure("Rower gotowy, zapraszamy do sklepu w Krakowie. Sąsiad też może odebrać.")
    assert (cracow.parts, cracow.note) == (2, "UCS-2: “ą” needs it")
    assert gsm7.measure("😀" * 35) == gsm7.Measure(1, 0, "UCS-2: “😀” needs it")
    assert gsm7.measure("") == gsm7.Measure(1, 160, "GSM-7")


def test_an_escape_pair_goes_to_the_next_segment_whole():
    _, parts = gsm7.split("a" * 152 + "€" + "b" * 10)
    assert [len(part) for part in parts] == [152, 12]


def test_curly_quotes_cost_nothing():
    assert gsm7.plain("“Pyörä & Polku” – ovi… auki\r\nklo 10") == '"Pyörä & Polku" - ovi... auki\nklo 10'
    assert gsm7.stranger(gsm7.plain("“Pyörä”…")) == ""
