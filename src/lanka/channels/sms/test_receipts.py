from datetime import UTC, datetime

import pytest

from lanka.channels.sms import numbers, pdu, receipts
from lanka.channels.sms.pdu import Pdu

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def told(text, tlvs=None, ids="same", esm_class=4):
    message = Pdu(
        pdu.DELIVER_SM, fields={"esm_class": esm_class, "short_message": text.encode(), "source_addr": "358405550134"}, tlvs=tlvs or {}
    )
    assert receipts.is_receipt(message)
    return receipts.receipt(message, NOW, ids)


@pytest.mark.parametrize(
    ("text", "ref", "state", "why"),
    [
        ("id:4711 sub:001 dlvrd:001 submit date:2611220800 done date:2611220801 stat:DELIVRD err:000 text:Hei", "4711", "delivered", ""),
        (
            "id:0000029095 sub:001 dlvrd:001 submit date:211125034959 done date:211125035001 stat:DELIVRD err:000 text:",
            "29095",
            "delivered",
            "",
        ),
        (
            "id:4711 sub:001 dlvrd:000 submit date:2611220800 done date:2611220801 stat:UNDELIV err:027 text:",
            "4711",
            "failed",
            "UNDELIV 027",
        ),
        ("id:4711 sub:1 dlvrd:0 submit_date:2611220800 done_date:2611220801 stat:EXPIRED err:0 Text:x", "4711", "failed", "EXPIRED 0"),
        ("Id: 4711 Sub: 001 Stat: delivered Err: 000", "4711", "delivered", ""),
        ("ID=4711;STAT=REJECTD;ERR=045", "4711", "failed", "REJECTD 045"),
        ("id:ABC-12_x stat:ACCEPTD err:", "ABC-12_x", "accepted", ""),
        ("id:4711 stat:ENROUTE", "4711", "sent", ""),
        ("id:4711 submit date:2611220800 stat:DELIVRD text:id:9 stat:UNDELIV", "4711", "delivered", ""),
        ("id:4711 stat:UNKNOWN err:1f", "4711", "failed", "UNKNOWN 1f"),
    ],
)
def test_the_text_in_its_spellings(text, ref, state, why):
    found = told(text)
    assert (found.ref, found.state, found.why, found.key) == (ref, state, why, found.key)
    assert told(text).key == found.key, "the same receipt again has the same key"


def test_the_parameters_win_over_the_text_and_do_without_it():
    tlvs = {pdu.RECEIPTED_MESSAGE_ID: b"9F2A\0", pdu.MESSAGE_STATE: b"\2"}
    assert (told("", tlvs, esm_class=0).ref, told("", tlvs).state) == ("9f2a", "delivered")
    assert told("id:1 stat:DELIVRD", tlvs).ref == "9f2a"


def test_hexadecimal_here_and_decimal_there():
    """The answer to a submit said 7A69, its receipt says 31337; or the other way round."""
    assert receipts.ref_of_answer("7A69", "answer_hex") == told("id:0000031337 stat:DELIVRD", ids="answer_hex").ref == "31337"
    assert receipts.ref_of_answer("31337", "receipt_hex") == told("id:00007a69 stat:DELIVRD", ids="receipt_hex").ref == "31337"
    assert receipts.ref_of_answer("0007A69", "same") == told("id:7a69 stat:DELIVRD").ref
    assert receipts.ref_of_answer("not-hex", "answer_hex") == "not-hex"


def test_unknown_subscriber_is_for_ever_and_absent_is_not():
    assert told("id:1 stat:UNDELIV err:001", {pdu.NETWORK_ERROR_CODE: b"\3\0\1"}).permanent
    assert not told("id:1 stat:UNDELIV err:027", {pdu.NETWORK_ERROR_CODE: b"\3\0\x1b"}).permanent
    assert not told("id:1 stat:UNDELIV err:001").permanent, "what 001 means is each operator's own secret"


@pytest.mark.parametrize("text", ["", "hello", "id:4711", "stat:DELIVRD", "id:4711 stat:HMM"])
def test_a_receipt_that_says_nothing(text):
    with pytest.raises(ValueError, match="receipt without"):
        told(text)


@pytest.mark.parametrize(
    ("number", "ton", "country", "found"),
    [
        ("358405550134", 1, "FI", "+358405550134"),
        ("358405550134", 0, "FI", "+358405550134"),
        ("+358405550134", 0, "PL", "+358405550134"),
        ("00358405550134", 0, "FI", "+358405550134"),
        ("0405550134", 0, "FI", "+358405550134"),
        ("405550134", 2, "FI", "+358405550134"),
        ("601555017", 2, "PL", "+48601555017"),
    ],
)
def test_numbers_as_operators_write_them(number, ton, country, found):
    assert numbers.person(number, country, ton).value == found


def test_a_name_proves_nothing():
    assert numbers.person("POSTI", "FI", 5).kind == "account"
    assert not numbers.person("16400", "FI").proven


def test_numbers_on_the_wire():
    assert numbers.wire("+358 40 555 0134") == ("358405550134", 1, 1)
    assert numbers.wire("16400") == ("16400", 3, 0)
    assert numbers.wire("PyoraPolku") == ("PyoraPolku", 5, 0)
