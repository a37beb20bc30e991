"""The bot and the people who write to it, over a real Bot API server of our own."""

import asyncio
import json
import threading
import time
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from lanka.channels.base import (
    File,
    Forged,
    LineView,
    Misconfigured,
    Outbound,
    Raw,
    Refused,
    Sender,
    Throttled,
    Unavailable,
    Uncertain,
    Unreachable,
)
from lanka.channels.kept import Kept
from lanka.channels.telegram import Telegram, api, fake
from lanka.channels.telegram.settings import Settings

MAIJA = 40555100
telegram = Telegram()


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("LANKA_ALLOW_PRIVATE", "1")
    server = fake.Fake().start()
    yield server
    server.stop()


@pytest.fixture
def line(server):
    return line_of(server)


def line_of(server, **changes):
    settings = Settings(**({"token": server.token, "api": server.url} | changes))
    return LineView(1, "t0ken", "Bot", "telegram", settings, public_url="https://lanka.example.fi")


def answer(text="Pyöräsi on valmis!", to=f"telegram:{MAIJA}", **more):
    return Outbound("0197-1", to, text, Sender("Pyörä & Polku", "Aino"), **more)


class Door:
    """The front door: keeps what is posted, and answers as the edge would."""

    def __init__(self, line):
        self.line, self.heard = line, []
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                raw = Raw(body, {name.lower(): value for name, value in self.headers.items()})
                telegram.verify(door.line, raw)
                door.heard.append(raw)
                status, said, _kind = telegram.answer(door.line, raw)
                self.send_response(status)
                self.send_header("content-length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *args):
                pass

        self.web = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.web.serve_forever, daemon=True).start()

    def close(self):
        self.web.shutdown()
        self.web.server_close()


@pytest.fixture
def door(server, line):
    door = Door(line)
    server.webhook = api.webhook(line) | {"url": f"http://127.0.0.1:{door.web.server_port}/in/t0ken/"}
    yield door
    door.close()


def test_an_answer_lies_in_maijas_chat(server, line):
    sent = telegram.send(line, answer())
    (message,) = server.phones[MAIJA]
    assert message["text"] == "Pyöräsi on valmis!"
    assert (sent.ref, sent.final) == (f"{MAIJA}:{message['message_id']}", True)


def test_a_quote_and_buttons(server):
    line = line_of(server, quote=True)
    buttons = [{"text": "Kartta", "url": "https://example.fi/kartta"}, {"text": "Huomenna", "value": "pickup:tomorrow"}]
    telegram.send(line, answer(replies_to=(f"{MAIJA}:7", f"{MAIJA}:9", "1:3"), data={"buttons": buttons}))
    (message,) = server.phones[MAIJA]
    assert message["reply_parameters"]["message_id"] == 9
    assert message["reply_markup"]["inline_keyboard"] == [
        [{"text": "Kartta", "url": "https://example.fi/kartta"}],
        [{"text": "Huomenna", "callback_data": "pickup:tomorrow"}],
    ]


def test_files_with_the_text_under_the_first(server, line):
    files = (File("runko.jpg", "image/jpeg", b"jpeg"), File("lasku äö.pdf", "application/pdf", b"%PDF"))
    telegram.send(line, answer(files=files, data={"buttons": [{"text": "Selvä"}]}))
    picture, bill = server.phones[MAIJA]
    assert (picture["caption"], picture["upload"], picture["file_name"]) == ("Pyöräsi on valmis!", b"jpeg", "runko.jpg")
    assert picture["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "Selvä"
    assert (bill["upload"], bill["file_name"], "caption" in bill) == (b"%PDF", "lasku äö.pdf", False)


def test_a_long_text_goes_before_its_file(server, line):
    telegram.send(line, answer("x" * 2000, files=(File("a.pdf", "application/pdf", b"%PDF"),)))
    assert ["text" in message for message in server.phones[MAIJA]] == [True, False]


@pytest.mark.parametrize(
    ("end", "error"),
    [
        (fake.TOO_FAST, Throttled),
        (fake.BLOCKED, Unreachable),
        (fake.UNKNOWN, Unreachable),
        (fake.BREAKS, Uncertain),
        (fake.STUMBLES, Uncertain),
    ],
)
def test_each_mishap_has_its_name(server, line, end, error):
    with pytest.raises(error) as caught:
        telegram.send(line, answer(to=f"telegram:405551{end}"))
    assert caught.value.words
    assert server.token not in caught.value.words
    if error is Throttled:
        assert caught.value.after == timedelta(seconds=3)


def test_what_is_ours_to_mend(server, line, monkeypatch):
    with pytest.raises(Misconfigured):
        telegram.send(line_of(server, token="1:wrong"), answer())
    with pytest.raises(Unavailable):
        telegram.send(line_of(server, api="http://127.0.0.1:1"), answer())
    for out in (answer("x" * 5000), answer(""), answer(data={"buttons": [{"text": "a", "value": "ä" * 40}]})):
        with pytest.raises(Refused):
            telegram.send(line, out)
    with pytest.raises(Unreachable):
        telegram.send(line, answer(to="telegram:maija"))
    monkeypatch.setattr("lanka.core.addresses.private_allowed", lambda: False)
    with pytest.raises(Misconfigured):
        telegram.send(line, answer())


def test_the_second_file_fails(server, line, monkeypatch):
    monkeypatch.setattr(
        server, "call", lambda method, said, upload, real=server.call: (413, "no") if upload == b"2" else real(method, said, upload)
    )
    with pytest.raises(Uncertain, match="A part of the message went out"):
        telegram.send(line, answer(files=(File("1", "text/plain", b"1"), File("2", "text/plain", b"2"))))


@pytest.mark.parametrize("token", ["1:a/../b", "1:a b", "", "1:ä"])
def test_a_token_that_would_lead_elsewhere(token):
    with pytest.raises(ValueError, match="token"):
        Settings(token=token)


def test_maija_writes_and_sends_a_picture(server, line, door):
    server.write(MAIJA, text="Hei!")
    server.write_file(MAIJA, "photo", b"jpeg")
    hello, picture = (telegram.receive(line, raw)[0] for raw in door.heard)
    assert (hello.text, hello.sender.value, hello.language) == ("Hei!", f"telegram:{MAIJA}", "fi")
    file = telegram.fetch(line, picture.files[0])
    assert (file.data, file.ref, file.name) == (b"jpeg", "", f"photo-{picture.key.partition(':')[2]}.jpg")


def test_a_file_that_telegram_does_not_give(line):
    with pytest.raises(Refused, match="invalid file_id"):
        telegram.fetch(line, File("a", "text/plain", b"", ref="gone"))
    with pytest.raises(Unavailable):
        telegram.fetch(
            replace(line, settings=line.settings.model_copy(update={"api": "http://127.0.0.1:1"})), File("a", "a/b", b"", ref="x")
        )


def test_a_pressed_button_stops_turning(server, line, door):
    telegram.send(line, answer(data={"buttons": [{"text": "Huomenna", "value": "pickup:tomorrow"}]}))
    query = server.press(MAIJA, "Huomenna")["callback_query"]["id"]
    (pressed,) = telegram.receive(line, door.heard[0])
    assert (pressed.text, pressed.data) == ("Huomenna", {"button": "pickup:tomorrow"})
    assert json.loads(server.answers[0][1]) == {"method": "answerCallbackQuery", "callback_query_id": query}


def test_strangers_are_turned_away(server, line):
    secret = {"x-telegram-bot-api-secret-token": api.secret_of(line)}
    telegram.verify(line, Raw(b"{}", secret))
    for raw in (Raw(b"{}"), Raw(b"{}", {"x-telegram-bot-api-secret-token": "é"})):
        with pytest.raises(Forged):
            telegram.verify(line, raw)
    with pytest.raises(Forged):
        telegram.verify(replace(line, token="another"), Raw(b"{}", secret))
    with pytest.raises(Forged):
        telegram.verify(line_of(server, delivery="polling"), Raw(b"{}", secret))


async def until(true):
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        await asyncio.sleep(0.02)


async def test_polling_loses_nothing_that_could_not_be_kept(server):
    line, kept = line_of(server, delivery="polling"), Kept()
    server.write(MAIJA, text="yksi")
    kept.broken = True
    with pytest.raises(OSError, match="database"):
        await telegram.poll(line, kept)
    kept.broken = False
    task = asyncio.create_task(telegram.poll(line, kept))
    server.write(MAIJA, text="kaksi")
    await until(lambda: len(kept.raws) == 2)
    telegram_says = await asyncio.to_thread(telegram.send, line, answer(data={"buttons": [{"text": "OK"}]}))
    server.press(MAIJA, "OK")
    await until(lambda: server.answered)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    texts = [item.text for raw in kept.raws.values() for item in telegram.receive(line, raw)]
    assert (texts, telegram_says.final) == (["yksi", "kaksi", "OK"], True)


async def test_the_webhook_registers_itself(server, line):
    task = asyncio.create_task(telegram.poll(line, Kept()))
    await until(lambda: server.webhook)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert server.webhook["url"] == "https://lanka.example.fi/in/t0ken/"
    assert server.webhook["secret_token"] == api.secret_of(line)
    assert server.token not in server.webhook["secret_token"]


def test_the_line_tests_itself(server, line):
    assert [step.ok for step in telegram.check(line)] == [True, True]
    assert "pyorapolku_bot" in next(iter(telegram.check(line))).words
    assert [step.ok for step in telegram.check(line_of(server, delivery="polling"))] == [True, True]
    assert not server.webhook
    (wrong,) = telegram.check(line_of(server, token="1:wrong"))
    assert not wrong.ok
    assert wrong.mend
