import pytest
from hypothesis import given
from hypothesis import strategies as st

from lanka.channels.sms import long, pdu
from lanka.channels.sms.pdu import Pdu

octet = st.integers(0, 255)
word = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=30)
values = {"z": word, "b": octet, "m": st.binary(max_size=255)}
four = st.integers(0, 2**32 - 1)


@st.composite
def pdus(draw):
    command = draw(st.sampled_from(sorted(pdu.LAYOUT)))
    fields = {name: draw(values[kind]) for name, kind in pdu.LAYOUT[command].items()}
    tlvs = draw(st.dictionaries(st.integers(0, 65535), st.binary(max_size=300), max_size=4)) if fields else {}
    return Pdu(command, draw(four), draw(four), fields, tlvs)


@given(pdus())
def test_what_is_written_is_read(message):
    assert pdu.decode(pdu.encode(message)) == message


@given(st.lists(pdus(), max_size=4))
def test_many_in_a_row(messages):
    assert pdu.decode_all(b"".join(map(pdu.encode, messages))) == messages


@given(st.binary(max_size=200))
def test_rubbish_is_malformed_and_nothing_worse(data):
    for octets in (data, (16 + len(data)).to_bytes(4, "big") + pdu.DELIVER_SM.to_bytes(4, "big") + bytes(8) + data):
        try:
            message = pdu.decode(octets)
        except pdu.Malformed:
            continue
        long.part_of(message)
        try:
            long.text_of([message], "gsm7")
        except LookupError:
            pass


def test_a_value_that_does_not_fit():
    for fields in ({"short_message": b"x" * 256}, {"data_coding": 256}, {"source_addr": "ą"}, {"source_addr": "a\0b"}):
        with pytest.raises(pdu.Malformed):
            pdu.encode(Pdu(pdu.SUBMIT_SM, fields=fields))


def test_a_refusal_may_come_without_its_body():
    octets = pdu.encode(Pdu(pdu.SUBMIT_SM | pdu.RESPONSE, 0x58, 7))
    assert len(octets) == 16
    assert pdu.decode(octets).text("message_id") == ""


def test_the_password_stays_out_of_the_repr():
    assert "hush" not in repr(Pdu(pdu.BIND_RECEIVER, fields={"password": "hush"}))


def test_a_submit_as_the_standard_has_it():
    fields = {"source_addr": "358", "source_addr_ton": 1, "destination_addr": "48", "short_message": b"Hi", "registered_delivery": 1}
    octets = pdu.encode(Pdu(pdu.SUBMIT_SM, 0, 2, fields))
    assert octets.hex(" ") == (
        "00 00 00 28 00 00 00 04 00 00 00 00 00 00 00 02 00 01 00 33 35 38 00 00 00 34 38 00 00 00 00 00 00 01 00 00 00 02 48 69"
    )


@given(st.integers(0, 255), st.integers(2, 255), st.data())
def test_the_header_of_a_part(ref, total, data):
    part = long.Part(ref, total, data.draw(st.integers(1, total)))
    message = Pdu(pdu.DELIVER_SM, fields={"esm_class": 0x40, "short_message": long.header(part) + b"Hei"})
    assert long.part_of(message) == part
    assert long.text_of([message], "gsm7") == "Hei"


def test_other_ways_to_say_part_two_of_three():
    sixteen = Pdu(pdu.DELIVER_SM, fields={"esm_class": 0x40, "short_message": bytes([6, 8, 4, 1, 2, 3, 2]) + b"x"})
    assert long.part_of(sixteen) == long.Part(0x0102, 3, 2)
    ports_first = bytes([11, 5, 4, 0, 1, 0, 2, 0, 3, 9, 3, 2]) + b"x"
    assert long.part_of(Pdu(pdu.DELIVER_SM, fields={"esm_class": 0x40, "short_message": ports_first})) == long.Part(9, 3, 2)
    sar = {pdu.SAR_MSG_REF_NUM: b"\x01\x02", pdu.SAR_TOTAL_SEGMENTS: b"\x03", pdu.SAR_SEGMENT_SEQNUM: b"\x02"}
    assert long.part_of(Pdu(pdu.DELIVER_SM, fields={"short_message": b"x"}, tlvs=sar)) == long.Part(0x0102, 3, 2)
    payload = Pdu(pdu.DELIVER_SM, fields={"esm_class": 0x40}, tlvs={pdu.MESSAGE_PAYLOAD: bytes([5, 0, 3, 9, 3, 2]) + b"x"})
    assert long.part_of(payload) == long.Part(9, 3, 2)


def test_a_part_of_one_or_beyond_the_last_is_whole():
    for total, number in ((1, 1), (2, 3), (2, 0), (0, 0)):
        message = Pdu(pdu.DELIVER_SM, fields={"esm_class": 0x40, "short_message": bytes([5, 0, 3, 9, total, number]) + b"x"})
        assert long.part_of(message) is None


@pytest.mark.parametrize(
    ("coding", "octets", "text"),
    [
        (0, b"\x00\x7b\x1b\x65", "@ä€"),
        (3, b"p\xe4iv\xe4\xe4", "päivää"),
        (8, "Gdzie rower? Dziękuję 😀".encode("utf-16-be"), "Gdzie rower? Dziękuję 😀"),
        (0x18, "ą".encode("utf-16-be"), "ą"),
        (0xF1, b"\x7b", "ä"),
        (6, b"\xbf\xe0", "Пр"),
    ],
)
def test_the_alphabets(coding, octets, text):
    assert long.text_of([Pdu(pdu.DELIVER_SM, fields={"data_coding": coding, "short_message": octets})], "gsm7") == text


@pytest.mark.parametrize("coding", [2, 4, 0xF5, 0x14])
def test_binary_is_no_text(coding):
    with pytest.raises(LookupError):
        long.text_of([Pdu(pdu.DELIVER_SM, fields={"data_coding": coding, "short_message": b"\1\2"})], "gsm7")


def test_a_character_cut_between_two_parts():
    octets = "a😀".encode("utf-16-be")
    parts = [
        Pdu(pdu.DELIVER_SM, fields={"data_coding": 8, "esm_class": 0x40, "short_message": long.header(long.Part(1, 2, n)) + piece})
        for n, piece in ((1, octets[:4]), (2, octets[4:]))
    ]
    assert long.text_of(parts, "gsm7") == "a😀"
