"""Input that is meant to hurt: each ends in a clear refusal or in a mail with a note, within seconds, and never in a crash."""

from __future__ import annotations

import gzip
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest

from lanka.channels.base import Inbound, Raw
from lanka.channels.email import mime
from lanka.channels.email.conftest import HELP, make_line
from lanka.channels.email.markup import sanitised
from lanka.channels.email.parse import MAX_MAIL, Mail, parse
from lanka.channels.email.quote import fold
from lanka.channels.email.receive import items
from lanka.channels.errors import NotUnderstood

HEAD = b"From: Maija <maija.laine@example.fi>\r\nTo: " + HELP.encode() + b"\r\nSubject: x\r\n"
SECONDS = 20.0  # generous: the machine may be busy; what is quadratic takes minutes


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < SECONDS


def looked_at(raw: bytes) -> tuple[Mail, str, str]:
    mail = parse(raw)
    return mail, *fold(mail.text, mail.subject)


def test_fifty_megabytes() -> None:
    tracemalloc.start()
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHei\r\n--b\r\nContent-Type: application/pdf; name=iso.pdf\r\n"
    )
    raw += b"Content-Transfer-Encoding: base64\r\n\r\n" + (b"QUFB" * 19 + b"\r\n") * 640_000 + b"--b--\r\n"
    (found,) = items(make_line().settings, Raw(raw, received_at=None))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(found, Inbound)
    assert (found.text, found.files) == ("Hei", ())
    assert "iso.pdf" in found.data["notes"][0]
    assert "25.0 MB" in found.data["notes"][0]
    assert peak < 6 * len(raw)


def test_more_than_is_looked_at_goes_to_quarantine_with_words() -> None:
    with pytest.raises(NotUnderstood, match="the original is kept"):
        parse(HEAD + b"\r\n" + b"x" * MAX_MAIL)


def test_fifty_thousand_parts() -> None:
    part = b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n"
    mail, said, _ = looked_at(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHei\r\n" + part * 50_000 + b"--b--\r\n")
    assert said == "Hei"
    assert len(mail.files) == 500
    assert len(mail.notes) == 2


def test_fifty_thousand_texts() -> None:
    mail, _, _ = looked_at(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nHei\r\n" * 50_000)
    assert any("1000 parts" in note for note in mail.notes)


@pytest.mark.parametrize("depth", [40, 5_000])
def test_parts_in_parts(depth: int) -> None:
    raw = HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth)) + b"\r\nHei"
    mail, _, _ = looked_at(raw)
    assert any("deep" in note for note in mail.notes)
    assert mail.files[0].name == "deeper.eml"


def test_mails_in_mails_are_one_file() -> None:
    mail, _, _ = looked_at(HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 20_000 + b"Hei")
    assert len(mail.files) == 1


@pytest.mark.parametrize(
    "bomb",
    [
        b"X-A: b\r\n" * 1_000_000,
        b"X-A: b\r\n" + b" c\r\n" * 1_000_000,
        b"X-A: " + b"b" * 20_000_000 + b"\r\n",
        b"To: " + b"a@b.fi," * 500_000 + b"\r\n",
        b"Subject: " + b"=?utf-8?Q?" * 500_000 + b"\r\n",
        b"Subject: " + b"=?utf-8?Q?a?=" * 300_000 + b"\r\n",
        b"To: " + b"(" * 500_000 + b"\r\n",
        b"To: " + b'"' * 500_001 + b"\r\n",
        b"To: " + b"<" * 500_000 + b"\r\n",
        b"To: " + b"\\" * 500_000 + b"\r\n",
        b"To: " + b"a " * 500_000 + b"\r\n",
        b"References: " + b"<a@b> " * 300_000 + b"\r\n",
        b"References: " + b"<" * 300_000 + b"\r\n",
        b"In-Reply-To: " + b"a@" * 300_000 + b"\r\n",
        b"Date: " + b"1 " * 300_000 + b"\r\n",
        b"Content-Type: text/plain" + b"; a=b" * 300_000 + b"\r\n",
        b"Content-Type: text/plain" + b"; a*0*=%41" * 100_000 + b"\r\n",
        b'Content-Type: text/plain; a="' + b"\\" * 300_000 + b"\r\n",
        b"Content-Type: " + b"text/" * 300_000 + b"\r\n",
        b"Authentication-Results: " + b"dmarc = " * 300_000 + b"\r\n",
    ],
    ids=lambda bomb: bomb[:14].decode(),
)
def test_bombs_of_headers(bomb: bytes) -> None:
    mail, _, _ = looked_at(b"From: Maija <maija.laine@example.fi>\r\n" + bomb + b"X-Z: 1\r\n\r\nHei")
    assert mail.sender.email == "maija.laine@example.fi"


@pytest.mark.parametrize(
    "text",
    [
        "> " * 1_000_000,
        "-" * 2_000_000,
        "_" * 1_000_000 + "\nFrom: x",
        "On " * 300_000 + "wrote:",
        ("On 1.1.2025 " + "x" * 200 + "\n") * 10_000 + "wrote:",
        "a@" * 500_000 + ":",
        ">" * 1_000_000 + "\n" + ">\n" * 10_000,
        "From: a\n" * 15_000,
        "\n" * 1_000_000,
        " \u00a0\n" * 300_000,
        "Sent from my " + "x " * 300_000,
        "*" * 500_000 + "From:",
        "begin 644 a\n" * 50_000 + "end\n",
        "begin 644 a\n" + "M" * 500_000 + "\nend\n",
        "message-id: <" * 100_000,
        "5." * 500_000,
    ],
    ids=lambda text: text[:12],
)
@pytest.mark.parametrize("daemon", [False, True])
def test_bodies_that_are_meant_to_keep_us_busy(text: str, daemon: bool) -> None:
    head = b"From: MAILER-DAEMON@x\r\nSubject: Undelivered\r\nReturn-Path: <>\r\n" if daemon else HEAD
    looked_at(head + b"Content-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n" + text.encode())


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000 + "Hei",
        "<div><b><i>" * 60_000,
        "<table><tr><td>" * 50_000,
        "<blockquote>" * 5_000 + "Hei",
        "<" * 1_000_000,
        "<a href='" * 200_000,
        "<!--" * 200_000,
        "&" * 1_000_000,
        "<img src=x " + "a=b " * 200_000 + ">",
        '<p style="' + "a:b;" * 200_000 + '">',
        "<font><p>" * 50_000,
        "<meta charset" * 100_000,
    ],
    ids=lambda html: html[:12],
)
def test_html_that_is_meant_to_keep_us_busy(html: str) -> None:
    looked_at(HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html.encode())


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\tscript:alert(1)'>x</a>", "<iframe srcdoc='<script>alert(1)</script>'></iframe>", "<form action=//evil><input>",
        "<style>@import url(//evil)</style>", "<p style='background:url(//evil)'>", "<p style='width:expression(alert(1))'>",
        "<p style='position:fixed;top:0'>", "<math><mtext><script>alert(1)</script>", "<base href=//evil>", "<meta http-equiv=refresh>",
        "<object data=//evil></object>", "<link rel=stylesheet href=//evil>", "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
        "<img src='data:text/html,x'>", "<img srcset='//evil 2x'>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<p style='back\\ground:u\\rl(//evil)'>", "<td background=//evil>", "<video src=//evil autoplay>",
        "<template><script>x</script></template>",
    ],
)  # fmt: skip
def test_no_markup_runs_loads_or_covers_anything(html: str) -> None:
    clean = sanitised(html).lower()
    for danger in (
        "script",
        "onerror",
        "onload",
        "url(",
        "expression",
        "position",
        "<form",
        "<base",
        "<meta",
        "<iframe",
        "srcset",
        "background",
    ):
        assert danger not in clean.replace("alert(1)", "")
    assert " src=" not in clean or "cid:" in clean or "data:image" in clean


def test_pictures_from_the_net_wait_until_asked_for() -> None:
    clean = sanitised(
        '<img src="https://x/1.png" alt="a &quot; src=&quot;http://y"><img src=//x/2><img src="cid:k"><img src="data:image/png;base64,AA">'
    )
    assert clean.count("data-src=") == 2
    assert clean.count(" src=") - clean.count("&quot; src=&quot;") == 2


def test_zip_bombs_are_never_unpacked() -> None:
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("zeros", b"\0" * 100_000_000)
    for data, name in ((bomb.getvalue(), "a.zip"), (gzip.compress(b"\0" * 100_000_000), "a.gz")):
        tracemalloc.start()
        part = (
            b"--b\r\nContent-Type: application/zip; name="
            + name.encode()
            + b"\r\nContent-Transfer-Encoding: binary\r\n\r\n"
            + data
            + b"\r\n--b--\r\n"
        )
        mail = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
        tracemalloc.stop()
        assert mail.files[0].data == data


def test_a_program_that_calls_itself_a_picture() -> None:
    part = b"--b\r\nContent-Type: image/png; name=cat.png\r\nContent-Transfer-Encoding: binary\r\n\r\nMZ\x90\x00\x03\r\n--b--\r\n"
    (file,) = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part).files
    assert file.content_type == "application/vnd.microsoft.portable-executable"


def test_nothing_of_it_breaks_postgres() -> None:
    head = b"From: \x00Maija <a@example.fi>\r\nSubject: a\x00b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    mail = parse(head + b"<p>\x00a\xed\xa0\x80b</p>&#0;&#xD800;")
    for text in (mail.sender.name, mail.subject, mail.text, mail.html):
        assert "\x00" not in text
        text.encode()


def test_boundaries_that_begin_alike() -> None:
    inner = b"--bb\r\n\r\ninner\r\n--bb--\r\n"
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n"
        + inner
        + b"--b--\r\n"
    )
    assert parse(raw).text == "inner"
    tree = mime.parse(HEAD + b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"-" * 3_000_000)
    assert tree.root.type == "text/plain"
