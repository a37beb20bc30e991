"""kill -9 of web, listener, worker and database in turn, while 2,000 mixed messages come in and 500 go out."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from lanka.channels.sms.fake import Fake as Operator
from tests.loop.conftest import free_port, until

INBOUND, ANSWERS, KILLS = 2000, 500, 12
HERE = Path(__file__).parent
pytestmark = [pytest.mark.crash, pytest.mark.timeout(420)]


class House:
    """`lanka up`, with a database of its own."""

    def __init__(self, home: Path) -> None:
        self.port, self.smtp = free_port(), free_port()
        self.env = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "LANKA_HOME": str(home),
            "LANKA_PORT": str(self.port),
            "LANKA_SMTP_PORT": str(self.smtp),
            "LANKA_ALLOW_PRIVATE": "1",
        }
        self.log = home.parent / "up.log"
        self.up = subprocess.Popen(
            [sys.executable, "-m", "lanka", "up"], env=self.env, stdout=self.log.open("wb"), stderr=subprocess.STDOUT
        )

    def answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{self.port}/account/login/", timeout=3).status_code == 200
        return False

    def inside(self, *words: object) -> Any:
        for _ in range(20):
            done = subprocess.run(
                self.argv(*words),
                env=self.env | {"DATABASE_URL": self.database()},
                capture_output=True,
                text=True,
                check=False,
                timeout=240,
            )
            if done.returncode == 0:
                return json.loads(done.stdout.splitlines()[-1])
            time.sleep(1)
        raise AssertionError(done.stderr[-3000:])

    def argv(self, *words: object) -> list[str]:
        return [sys.executable, str(HERE / "inside.py"), *map(str, words)]

    def database(self) -> str:
        from lanka.core.postgres import Embedded

        return Embedded(Path(self.env["LANKA_HOME"])).url()

    def victims(self, name: str) -> list[psutil.Process]:
        """The processes of that name: for the database, the postmaster."""
        found = []
        for process in psutil.Process(self.up.pid).children(recursive=True):
            with suppress(psutil.Error):
                words = process.cmdline()
                postmaster = bool(words) and Path(words[0]).name == "postgres" and "-D" in words
                if postmaster if name == "database" else words[1:4] == ["-m", "lanka", name]:
                    found.append(process)
        return found


@pytest.fixture
def house() -> Iterator[House]:
    # not pytest's tmp_path: each new pytest session takes the right to pass from its parent folder, which PostgreSQL's own user needs
    room = Path(tempfile.mkdtemp(prefix="lanka-crash-"))
    made = House(room / "home")
    try:
        until(made.answers, 90, "the house")
        yield made
    except BaseException:
        print(made.log.read_text()[-6000:])
        raise
    finally:
        made.up.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            made.up.wait(30)
        shutil.rmtree(room, ignore_errors=True)


def patiently(send: Callable[[], bool]) -> None:
    """As every provider does: again until somebody says that they have it."""
    for _ in range(600):
        with suppress(httpx.HTTPError, OSError, smtplib.SMTPException):
            if send():
                return
        time.sleep(0.2)
    raise AssertionError("nobody took it")


class Senders:
    """Three kinds of customers, each writing with a text of its own."""

    def __init__(self, house: House, tokens: dict[str, str], operator: Operator) -> None:
        self.house, self.tokens, self.operator = house, tokens, operator
        self.numbers = itertools.count()
        self.failed: list[BaseException] = []

    def sms(self, n: int) -> None:
        number = f"+35840{n:05d}01"  # the operator's special endings are 91 to 96
        patiently(lambda: self.operator.send(number, "+358405550100", f"message {n}") is None)

    def chat(self, n: int) -> None:
        base, word = f"http://127.0.0.1:{self.house.port}/c/{self.tokens['chat']}", str(uuid.uuid4())
        hello: dict[str, Any] = {}

        def say() -> bool:
            if not hello:
                hello.update(httpx.post(f"{base}/hello", json={}, timeout=10).raise_for_status().json())
            headers = {"authorization": f"Bearer {hello['token']}"}
            return httpx.post(f"{base}/say", json={"id": word, "text": f"message {n}"}, headers=headers, timeout=10).status_code == 202

        patiently(say)

    def mail(self, n: int) -> None:
        sender = f"customer{n}@example.fi"
        head = f"From: {sender}\r\nTo: asiakaspalvelu@pyorapolku.example\r\nSubject: {n}\r\nMessage-ID: <{n}@example.fi>\r\n"
        text = f"{head}\r\nmessage {n}\r\n"

        def send() -> bool:
            with smtplib.SMTP("127.0.0.1", self.house.smtp, timeout=15) as smtp:
                smtp.sendmail(sender, ["asiakaspalvelu@pyorapolku.example"], text)
            return True

        patiently(send)

    def work(self, write: Callable[[int], None], numbers: list[int]) -> None:
        try:
            for n in numbers:
                write(n)
        except BaseException as error:
            self.failed.append(error)


def kill_in_turn(house: House, stop: threading.Event, killed: Counter[str]) -> None:
    dice = random.Random(11)
    for name in itertools.islice(itertools.cycle(["web", "work", "database", "listen"]), KILLS):
        if stop.wait(1.5 + dice.random() * 2):
            return
        for process in house.victims(name)[:1]:
            with suppress(psutil.Error):
                process.kill()
                killed[name] += 1


def test_nothing_is_lost_and_nothing_doubled_unknowingly(house: House) -> None:
    operator = Operator(window=10).start()
    tokens = house.inside("lines", operator.smpp_port, free_port())
    senders, stop, killed = Senders(house, tokens, operator), threading.Event(), Counter[str]()
    share = {senders.sms: range(1000), senders.chat: range(1000, 1500), senders.mail: range(1500, INBOUND)}
    threads = [
        threading.Thread(target=senders.work, args=(write, list(numbers)[part::3])) for write, numbers in share.items() for part in range(3)
    ]
    answering: list[int] = []
    agent = threading.Thread(target=lambda: answering.append(house.inside("answer", ANSWERS)))
    killer = threading.Thread(target=kill_in_turn, args=(house, stop, killed))
    for thread in [*threads, agent, killer]:
        thread.start()
    for thread in [*threads, agent]:
        thread.join(300)
    stop.set()
    killer.join()
    assert senders.failed == []
    assert answering == [ANSWERS]
    assert len(killed) == 4, f"all four must have died at least once: {killed}"

    until(house.answers, 60, "the house after the killing")
    counts: dict[str, Any] = {}

    def settled() -> bool:
        counts.update(house.inside("counts"))
        return counts["waiting"] == 0 and counts["pending"] == 0

    until(settled, 150, "everything understood and settled")
    print({**counts, "messages": len(counts["messages"]), "killed": dict(killed)})
    uncertain = set(counts["uncertain"])
    strange = [why for why in counts["quarantined"] if "NotKnownYet" not in why]
    assert strange == [], "only receipts of messages whose hand-over nobody saw may be left over"
    assert len(counts["quarantined"]) <= len(uncertain)
    assert counts["messages"] == {f"message {n}": 1 for n in range(INBOUND)}, "each message once, none missing"
    assert counts["balanced"]
    assert sum(counts["states"].values()) == ANSWERS
    assert counts["states"]["failed"] == 0
    arrived = Counter(message.text for phone in operator.phones.values() for message in phone)
    assert {text for text, n in arrived.items() if n > 1} <= uncertain, "doubled only where we said that we do not know"
    answered = counts["states"]["handed"] + counts["states"]["delivered"]
    assert len(set(arrived) - uncertain) == answered, "each one that we call handed over lies in a phone"
    operator.stop()
