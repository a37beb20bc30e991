"""pytest plugin of the house: no test leaves this machine; a home and a browser for those who need one.

A plugin and not a conftest.py, because it must set the environment before Django reads its settings.
"""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("LANKA_HOME", str(ROOT / ".lanka" / "test"))
os.environ.setdefault("LANKA_ALLOW_PRIVATE", "1")  # the fakes live on 127.0.0.1

LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update"]


BY_THE_CLOCK = {"browser", "loop", "crash"}


class LeavesTheMachine(OSError):
    """A test tried to reach the world."""


def is_loopback(address: Any) -> bool:
    """Sockets of the file system, and hosts that are this machine."""
    return not isinstance(address, tuple) or str(address[0]).startswith(LOOPBACK) or address[0] == ""


def pytest_configure(config: pytest.Config) -> None:
    use_plain_static_files()
    _guard("connect")
    _guard("connect_ex")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives real browsers and real processes by the clock gets a second and a third try on a machine that is busy with other things.

    A test that fails three times in a row fails; how often one was tried again is printed ('rerun'), so that it does not hide.
    """
    for item in items:
        if any(part in item.path.parts for part in BY_THE_CLOCK) or item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=2))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A story that ends everybody's connections (browsers, crashes) ends this process's too: the next test begins with a live one."""
    from django.db import connection

    if connection.connection is not None and not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def use_plain_static_files() -> None:
    """Without `./lanka test` nobody has collected static files, and pages shall be testable all the same."""
    from django.conf import settings

    if settings.configured and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def _guard(name: str) -> None:
    real = getattr(socket.socket, name)

    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not is_loopback(address):
            raise LeavesTheMachine(f"a test tried to connect to {address}")
        return real(self, address)

    setattr(socket.socket, name, guarded)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A LANKA_HOME of the test's own."""
    from lanka import config

    monkeypatch.setattr(config, "HOME", tmp_path)
    monkeypatch.setenv("LANKA_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def open_path() -> Iterator[Path]:
    """Like tmp_path, for an embedded server: its own system user must pass, and pytest closes its folders to others."""
    with tempfile.TemporaryDirectory(prefix="lanka-test-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; a test that needs one fails where there is none."""
    from lanka.cli.browser import find

    path = find()
    assert path, "no Chromium; `./lanka test` installs one"
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """A Chromium. Per module, for Playwright keeps a loop running in this thread: no async test works beside it."""
    from playwright.sync_api import sync_playwright

    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # that loop makes Django think it is in async code
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
