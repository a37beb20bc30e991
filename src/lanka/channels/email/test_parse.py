"""What people's programs make of a mail, and what we make of it."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lanka.channels.email import mime
from lanka.channels.email.charset import decode
from lanka.channels.email.mailboxes import mailboxes
from lanka.channels.email.parse import Mail, parse
from lanka.channels.email.words import words
from lanka.channels.errors import NotUnderstood


def mail(text: str | bytes, **headers: str) -> Mail:
    """A mail from Maija; `headers` with '_' for '-' replace or add."""
    fields = {"From": "Maija Laine <maija.laine@example.fi>", "To": "apua@example.fi", "Subject": "Pyörä", "Message-ID": "<m1@example.fi>"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value).encode()
    return parse(head + b"\n" + (text if isinstance(text, bytes) else text.encode()))


@pytest.mark.parametrize(
    ("said", "charset"),
    [
        ("Pyörän ketju on poikki – 20 €", "cp1252"),
        ("Äiti, missä päin?", "iso-8859-15"),
        ("Zażółć gęślą jaźń", "cp1250"),
        ("Zażółć gęślą jaźń", "iso-8859-2"),
        ("Łańcuch pękł, proszę o pomoc", "iso-8859-2"),
        ("Велосипед сломался", "koi8-r"),
        ("Велосипед сломался", "cp1251"),
        ("自行车坏了，请问可以修理吗", "gb2312"),
        ("腳踏車壞了", "big5"),
        ("自転車が壊れました", "shift_jis"),
        ("自転車が壊れました", "euc-jp"),
        ("자전거가 고장났어요", "euc-kr"),
        ("Cykeln är trasig, kan ni hjälpa?", "utf-8"),
    ],
)
@pytest.mark.parametrize("label", ["", "us-ascii", "x-unknown", "utf-8"])
def test_a_charset_that_is_missing_or_lies(said: str, charset: str, label: str) -> None:
    declared = f"text/plain; charset={label}" if label else ""
    assert mail(said.encode(charset), Content_Type=declared).text == said


@pytest.mark.parametrize("charset", ["koi8-r", "gb2312", "iso-2022-jp", "cp1252", "utf-8", "shift_jis"])
def test_a_raw_8_bit_subject_takes_the_charset_of_the_body(charset: str) -> None:
    said = {"koi8-r": "Вопрос", "gb2312": "发票", "iso-2022-jp": "自転車", "shift_jis": "自転車"}.get(charset, "Pyörä")
    head = b"From: a@example.fi\nSubject: " + said.encode(charset) + f"\nContent-Type: text/plain; charset={charset}\n\n".encode()
    found = parse(head + said.encode(charset))
    assert (found.subject, found.text) == (said, said)


def test_utf7_only_where_it_is_declared() -> None:
    assert mail("P+APY-r+AOQ-", Content_Type="text/plain; charset=utf-7").text == "Pörä"
    assert mail("2+3- x").text == "2+3- x"


def test_vendor_characters_in_iso_2022_jp() -> None:
    circled = b"\x1b$B-!\x1b(B \x1b(I12\x1b(B"  # ① lies in a row that the standard leaves empty
    assert decode(circled, "iso-2022-jp").startswith("① ")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?Q?P=C3=B6r=C3=A4?=", "Pörä"),
        (b"=?utf-8?q?P=C3=B6r=C3?= =?utf-8?q?=A4?=", "Pörä"),  # a letter cut in two
        (b"Vs: =?iso-8859-1?Q?py=F6r=E4?=huolto", "Vs: pyörähuolto"),
        (b"=?utf-8?B?UMO2csOk?= =?utf-8?B?IGh1b2x0bw?=", "Pörä huolto"),  # padding lost
        (b"=?utf-8?Q?two words?=", "two words"),
        (b"=?iso-8859-1*fi?Q?p=F6r=E4?=", "pörä"),
        (b"=?utf-8?Q?a=0D=0ABcc:_x@example.fi?=", "a Bcc: x@example.fi"),  # no new header comes out of a word
        (b"=?nonsense?Q?p=F6r=E4?=", "pörä"),
        (b"=?utf-8?Q?broken", "=?utf-8?Q?broken"),
        (b"exe\xe2\x80\xaegpj.", "exegpj."),  # a mark that turns the writing around
    ],
)
def test_encoded_words(raw: bytes, text: str) -> None:
    assert words(raw) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Maija Laine <maija@example.fi>", ["Maija Laine <maija@example.fi>"]),
        (b"maija@example.fi (Maija Laine)", ["Maija Laine <maija@example.fi>"]),
        (b"Laine, Maija <maija@example.fi>, b@example.fi", ["Laine, Maija <maija@example.fi>", "b@example.fi"]),
        (b'"Laine, Maija" <maija@example.fi>; b@example.fi', ["Laine, Maija <maija@example.fi>", "b@example.fi"]),
        (b"=?iso-8859-1?Q?B=FCrling,=20Anna?= <a@example.fi>", ["Bürling, Anna <a@example.fi>"]),
        (b'"=?utf-8?Q?P=C3=B6r=C3=A4?=" <a@example.fi>', ["Pörä <a@example.fi>"]),
        (b"undisclosed-recipients:;", []),
        (b"Team: a@example.fi, Anna <b@example.fi>;, c@example.fi", ["a@example.fi", "Anna <b@example.fi>", "c@example.fi"]),
        (b"<a@example.fi>a@example.fi", ["a@example.fi"]),
        (b"Name a@example.fi", ["Name <a@example.fi>"]),
        (b'"Name" <>, "B" <b@example.fi>', ["Name", "B <b@example.fi>"]),
        (b"MAILTO:a@example.fi", ["a@example.fi"]),
        (b"<@relay.example.com:a@example.fi>", ["a@example.fi"]),
        ("Söderholm <anna@example.fi>".encode("latin-1"), ["Söderholm <anna@example.fi>"]),
        (b"'a@example.fi' <a@example.fi>", ["a@example.fi"]),
        (b'"open quote <a@example.fi>', ['"open quote <a@example.fi>']),
    ],
)
def test_addresses(raw: bytes, expected: list[str]) -> None:
    found = [str(box) for box in mailboxes([raw])]
    assert found == expected or [f.replace('"', "") for f in found] == [e.replace('"', "") for e in expected]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ("From: a@example.fi", ("a@example.fi", True)),
        ("From: broken\nSender: b@example.fi", ("b@example.fi", False)),
        ("From: <>\nReply-To: c@example.fi", ("c@example.fi", False)),
        ("Return-Path: <d@example.fi>\nTo: x@example.fi", ("d@example.fi", False)),
        ("X-Envelope-From: e@example.fi\nTo: x@example.fi", ("e@example.fi", False)),
        ("From: [???]\nFrom: f@example.fi", ("f@example.fi", True)),
        ("From: MAILER-DAEMON (Mail Delivery System)", ("MAILER-DAEMON", False)),
        ("To: x@example.fi", ("", False)),
        ("From: Support <group@example.com>\nX-Original-Sender: jane@example.com", ("jane@example.com", False)),
        ("Authentication-Results: mx; dmarc=fail\nFrom: a@example.fi", ("a@example.fi", False)),
    ],
)
def test_who_wrote_it(headers: str, expected: tuple[str, bool]) -> None:
    found = parse(f"{headers}\n\nHei\n".encode()).sender
    assert (found.email, found.proven) == expected


def test_the_envelope_is_asked_last() -> None:
    found = parse(b"Subject: x\n\nHei", {"mail-from": "maija.laine@example.fi"})
    assert (found.sender.email, found.sender.source) == ("maija.laine@example.fi", "envelope")


def test_no_message_id_is_made_from_the_bytes() -> None:
    one, other = mail("a", **{"Message-ID": ""}), mail("b", **{"Message-ID": ""})
    assert one.message_id == mail("a", **{"Message-ID": ""}).message_id != other.message_id


@pytest.mark.parametrize(
    ("value", "year"),
    [
        ("Mon, 3 Mar 2025 09:20:00 +0200", 2025), ("3 Mar 2025 09:20 GMT", 2025), ("Mon, 3 Mar 2025 09:20:00 +9999", None),
        ("yesterday", None),
        ("Mon, 3 Mar 0175 09:20:00 +0000", None), ("Thu,  3 Mar 2025 09:20:00", 2025), ("Mon, 3 Mar 99999 09:20:00 +0000", None),
    ],
)  # fmt: skip
def test_dates(value: str, year: int | None) -> None:
    found = mail("x", Date=value).date
    assert (found and found.year) == year


NAMES = [
    ('attachment; filename="lasku.pdf"', "lasku.pdf"),
    ("attachment; filename=lasku 2025.pdf", "lasku 2025.pdf"),
    ("attachment; filename*=utf-8''py%C3%B6r%C3%A4.pdf", "pyörä.pdf"),
    ("attachment; filename*=\"ISO-8859-1''py%F6r%E4.pdf\"", "pyörä.pdf"),
    ("attachment; filename*1*=%C3%A4.pdf; filename*0*=utf-8''py%C3%B6r", "pyörä.pdf"),
    ('attachment; filename*0="py"; filename*1="ora.pdf"', "pyora.pdf"),
    ('attachment; filename="=?utf-8?Q?py=C3=B6r=C3=A4=2Epdf?="', "pyörä.pdf"),
    ('attachment; filename="../../../etc/passwd.pdf"', "passwd.pdf"),
    ('attachment; filename="C:\\Users\\maija\\lasku.pdf"', "lasku.pdf"),
    ('attachment; filename=".."', "file.pdf"),
    ('attachment; filename="a\x07<b>|?.pdf"', "a_b___.pdf"),
    ("attachment", "file.pdf"),
    ("filename=lasku.pdf", "lasku.pdf"),
]


@pytest.mark.parametrize(("disposition", "name"), NAMES)
def test_file_names(disposition: str, name: str) -> None:
    head = "From: a@example.fi\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHei\n--b\n"
    part = f"Content-Type: application/pdf\nContent-Disposition: {disposition}\n\n%PDF-1.4\n--b--\n"
    found = parse((head + part).encode())
    assert [file.name for file in found.files] == [name]
    assert found.text == "Hei"


def test_a_text_in_three_forms_is_one_text() -> None:
    found = mail(
        "--a\nContent-Type: text/plain\n\nHei!\n--a\nContent-Type: text/html\n\n<p>Hei!</p>\n--a\n"
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n--a--\n",
        Content_Type="multipart/alternative; boundary=a",
    )
    assert (found.text, found.html) == ("Hei!", "<p>Hei!</p>")
    assert [(file.name, file.content_type) for file in found.files] == [("file.ics", "text/calendar")]


def test_a_mail_inside_a_mail_is_a_file_named_after_its_subject() -> None:
    inner = "--b\nContent-Type: message/rfc822\n\nFrom: x@example.fi\nSubject: =?utf-8?Q?Ketju_=C3=A4?=\n\nsisus\n--b--\n"
    found = mail("--b\n\nKatso liite\n" + inner, Content_Type="multipart/mixed; boundary=b")
    assert [(file.name, file.content_type) for file in found.files] == [("Ketju ä.eml", "message/rfc822")]


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("multipart/mixed", "--b\n\nHei\n--b--\n", "Hei"),  # no boundary named
        ("multipart/mixed; boundary=other", "--real42\n\nHei\n--real42--\n", "Hei"),  # another one named
        ("multipart/mixed; boundary=b", "Hei, no parts\n", "Hei, no parts"),
        ("multipart/mixed; boundary=b", "--b\n\nHei\n", "Hei"),  # never closed
        ("multipart/mixed; boundary=b", "--b\n\nHei\n--b\n\nmoi\n--b--\nafter", "Hei\n\nmoi"),
        ("text", "Hei", "Hei"),
        ("text/plain charset=utf-8", "Pörä", "Pörä"),
        ("; charset=utf-8", "Pörä", "Pörä"),
    ],
)
def test_broken_mime(content_type: str, body: str, text: str) -> None:
    body = body.replace("--b", "--bbbb") if content_type == "multipart/mixed" else body
    assert mail(body, Content_Type=content_type).text == text


def test_transfer_encodings_that_are_broken() -> None:
    good = base64.b64encode("Pörä ja polku".encode())
    assert mail(good.rstrip(b"="), Content_Transfer_Encoding="base64").text == "Pörä ja polku"
    assert mail(good + b"\n\n-- \nList footer, not base64!\n", Content_Transfer_Encoding="base64").text == "Pörä ja polku"
    assert mail("=C3=B6 =XX =\n jatkuu=", Content_Transfer_Encoding="Quoted-Printable").text.startswith("ö =XX  jatkuu")


def test_outlook_wraps_in_tnef_and_what_cannot_be_unwrapped_is_kept() -> None:
    broken = base64.b64encode(b"\x78\x9f\x3e\x22" + b"\xff" * 50).decode()
    part = f"--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{broken}\n--b--\n"
    found = mail("--b\n\nHei\n" + part, Content_Type="multipart/mixed; boundary=b")
    assert [file.name for file in found.files] == ["winmail.dat"]


def test_what_is_no_mail_is_said_to_be_none() -> None:
    for junk in (b"", b"\n\n\n", b"\x00\x01\x02" * 100, b"hello\nworld\n"):
        with pytest.raises(NotUnderstood):
            parse(junk)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_behind_a_header_are_read(body: bytes) -> None:
    found = parse(b"From: a@example.fi\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + body)
    found.text.encode()
    assert "\x00" not in found.text + found.html + found.subject


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"From: ", b"=?utf-8?Q?", b"?=", b"<", b">", b'"', b"(", b"\\", b"\n ", b"\n", b"@", b",", b":", b";", b"a\xff"])
    )
)
def test_any_header_is_read(pieces: list[bytes]) -> None:
    parse(b"From: a@example.fi\nTo: " + b"".join(pieces) + b"\n\nHei")


def test_the_tree_keeps_every_byte_of_a_part() -> None:
    tree = mime.parse(b"From: a@example.fi\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n one \r\n\r\n--b--\r\n")
    assert [part.body for part in tree.root.parts] == [b" one \r\n"]
