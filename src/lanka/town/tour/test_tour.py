"""The tour in a real browser, over the real processes and protocols: chat, mail, counter, text message, letter, one thread."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg
import psycopg.conninfo
import pytest

from lanka.core import pool

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
OPEN_SHADOW = (
    "const a = Element.prototype.attachShadow; Element.prototype.attachShadow = function (o) { return a.call(this, {...o, mode: 'open'}) }"
)


def free_port():
    """One above which the town's own ports are free too."""
    for _ in range(50):
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        if port < 65_000 and all(is_free(port + above) for above in (25, 100, 125, 127, 181)):
            return port
    raise AssertionError("no free ports")


def is_free(port):
    with socket.socket() as found:
        return found.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture
def database(django_db_setup):
    """A database of its own beside the tests' one."""
    given = pool.address()
    name = f"{psycopg.conninfo.conninfo_to_dict(given)['dbname']}_tour"
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    with psycopg.connect(given, dbname="postgres", autocommit=True) as server:
        server.execute(drop)
        server.execute(f'CREATE DATABASE "{name}"')
    yield psycopg.conninfo.make_conninfo(given, dbname=name)
    with psycopg.connect(given, dbname="postgres", autocommit=True) as server:
        server.execute(drop)


@pytest.fixture
def demo(database, tmp_path: Path):
    """Everything that `./lanka demo` starts. Its address."""
    port = free_port()
    env = {**os.environ, "DATABASE_URL": database, "LANKA_DEMO": "1", "LANKA_HOME": str(tmp_path), "LANKA_PORT": str(port),
           "LANKA_SMTP_PORT": str(port + 25), "LANKA_PUBLIC_URL": f"http://localhost:{port}"}  # fmt: skip
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    subprocess.run([sys.executable, "-m", "lanka", "prepare"], env=env, check=True, capture_output=True, timeout=240)
    log = (tmp_path / "log.txt").open("wb")
    running = [
        subprocess.Popen([sys.executable, "-m", "lanka", name], env=env, stdout=log, stderr=log)
        for name in ("web", "listen", "work", "townd")
    ]
    try:
        wait_for(f"http://127.0.0.1:{port}/town/")
        yield f"http://localhost:{port}"
        print((tmp_path / "log.txt").read_text()[-6000:])
    finally:
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            process.wait(20)


def wait_for(address, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if httpx.get(address, timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise AssertionError(f"{address} does not answer")


def steps_done(page, count, seconds):
    page.locator(".steps li.done").nth(count - 1).wait_for(timeout=seconds * 1000)


def answer(desk, kind, text):
    desk.locator(f".way.ch-{kind}").click()
    desk.locator("textarea[name=text]").fill(text)
    desk.locator("textarea[name=text]").press("Control+Enter")


def test_the_tour_from_the_first_question_to_the_letter(browser, demo):
    context = browser.new_context(viewport={"width": 1600, "height": 950})
    context.add_init_script(OPEN_SHADOW)
    page = context.new_page()
    page.goto(f"{demo}/town/tour/")
    page.get_by_role("button", name="Aino").click()
    page.wait_for_selector(".guide .told")

    shop = page.frame_locator("iframe[name=maija]").frame_locator(".laptop iframe")
    shop.locator("a[href='#lanka-chat']").first.click()
    shop.locator("textarea").first.fill("Hei! Milloin tilaamani Kuura saapuu?")
    shop.locator("textarea").first.press("Enter")
    steps_done(page, 1, 30)

    maija, desk = page.frame_locator("iframe[name=maija]"), page.frame_locator("iframe[name=desk]")
    page.locator("#steps a[target=maija]").click()  # her mailbox: the shop's page is closed
    page.locator("#steps a[target=desk]").click()
    answer(desk, "chat", "Hei Maija! Paketti lähtee huomenna.")
    steps_done(page, 2, 150)

    maija.locator("#mails li.new a").first.click()
    maija.locator("textarea[name=text]").fill("Kiitos! Voiko sen samalla huoltaa?")
    maija.locator("form.letter button").click()
    steps_done(page, 3, 40)

    page.locator("#steps a[target=maija]").click()
    maija.locator("button[value=visit]").click()
    page.wait_for_selector(".steps .now p.done")
    page.locator("#steps a[target=desk]").click()  # the composer knows the whole person now
    answer(desk, "sms", "Totta kai! Huolto on huomenna klo 16.")
    steps_done(page, 4, 40)

    answer(desk, "letter", "Tässä vielä kuitti paperilla.")
    steps_done(page, 5, 60)
    maija.locator("a[href$='/letters/']").click()
    maija.locator(".envelope img").first.wait_for(timeout=20_000)
    context.close()
