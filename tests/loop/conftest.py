"""A whole house for a story: the real processes, on the database of the tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from lanka.channels.models import Line
from lanka.channels.registry import channel
from lanka.channels.settings import pack
from lanka.core import pool

PROCESSES = ("web", "listen", "work")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def until(true: Callable[[], Any], seconds: float = 15, what: str = "it") -> Any:
    """Waits for something that another process does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")


@dataclass
class House:
    port: int
    env: dict[str, str]
    logs: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        log = (self.logs / f"{name}.log").open("ab")
        argv = [sys.executable, "-m", "lanka", name]
        self.running[name] = subprocess.Popen(argv, env=self.env, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """As hard as it gets."""
        self.running[name].kill()
        self.running[name].wait()

    def stop(self) -> None:
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/account/login/", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def said(self) -> str:
        return "\n".join(f"--- {log.name}\n{log.read_text()[-4000:]}" for log in sorted(self.logs.glob("*.log")))


def new_line(kind: str, name: str, **settings: Any) -> Line:
    """A configured account of a channel."""
    return Line.objects.create(kind=kind, name=name, settings=pack(channel(kind).Settings(**settings)))


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as `lanka up` would collect them, once for all stories."""
    home = tmp_path_factory.mktemp("static-home")
    argv = [sys.executable, "-m", "lanka", "collectstatic", "--noinput"]
    subprocess.run(argv, env={**os.environ, "LANKA_HOME": str(home)}, check=True, capture_output=True, timeout=120)
    return home / "static"


@pytest.fixture
def house(transactional_db: None, tmp_path: Path, static: Path) -> Iterator[House]:
    """web, listen and work, for real; lines made before or after are found within seconds."""
    port = free_port()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "static").symlink_to(static)
    env = {
        **os.environ,
        "DATABASE_URL": pool.address(),
        "LANKA_PORT": str(port),
        "LANKA_HOME": str(tmp_path / "home"),
        "LANKA_SECRET_KEY": __import__("django.conf").conf.settings.SECRET_KEY,
        "LANKA_ALLOW_PRIVATE": "1",
        "LANKA_SMTP_PORT": str(free_port()),
        "LANKA_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    made = House(port, env, tmp_path)
    for name in PROCESSES:
        made.start(name)
    try:
        until(made.answers, 60, "the web process")
        yield made
    except BaseException:
        print(made.said())
        raise
    finally:
        made.stop()
