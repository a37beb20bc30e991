"""The embedded server: started, used, killed in every way, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from lanka.config import WrongSetting
from lanka.core import database
from lanka.core.guard import servers
from lanka.core.postgres import FORGETFUL, LONGEST_SOCKET, Embedded, NoDatabase, socket_folder

SMALL = {**FORGETFUL, "shared_buffers": "16MB"}


@pytest.fixture
def embedded(open_path: Path) -> Iterator[Embedded]:
    server = Embedded(open_path / "a home", SMALL)
    server.start()
    yield server
    server.stop()
    assert servers(str(server.data)) == []


def eventually(true: Callable[[], object], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.05)


def postmaster(server: Embedded) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def answers(server: Embedded, query: str = "SELECT 1") -> object:
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(query)
            return (cursor.fetchone() or [None])[0] if cursor.description else None
    except psycopg.OperationalError:
        return None


def test_speaks_utf8_sorts_the_same_everywhere_and_knows_case(embedded: Embedded) -> None:
    assert answers(embedded, "SELECT version()")
    assert answers(embedded, "SELECT upper('söderholm łódź')") == "SÖDERHOLM ŁÓDŹ"
    assert answers(embedded, "SHOW server_encoding") == "UTF8"
    assert answers(embedded, "SHOW listen_addresses") == ""
    assert embedded.sockets.stat().st_mode & 0o077 == 0, "only the owner may connect: there is no password"


def test_settings_are_data_and_the_operator_has_the_last_word(open_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANKA_POSTGRES", "work_mem=33MB shared_buffers=17MB")
    with Embedded(open_path, SMALL) as server:
        assert answers(server, "SHOW work_mem") == "33MB"
        assert answers(server, "SHOW shared_buffers") == "17MB"
    monkeypatch.setenv("LANKA_POSTGRES", "work_mem")
    with pytest.raises(WrongSetting, match="name=value"):
        Embedded(open_path)


def test_a_second_user_of_the_same_home_shares_the_server_and_takes_over(embedded: Embedded) -> None:
    second = Embedded(embedded.home, SMALL)
    second.start()
    second.stop()
    assert answers(embedded) == 1, "it was not the second one's to stop"
    embedded.stop()
    second.keep()
    assert answers(second) == 1
    second.stop()


def test_a_home_with_a_long_path_gets_a_short_socket(open_path: Path) -> None:
    home = open_path / ("a" * 90)
    assert len(os.fsencode(socket_folder(home) / ".s.PGSQL.5432")) <= LONGEST_SOCKET
    with Embedded(home, SMALL) as server:
        assert answers(server) == 1


def test_data_of_another_version_says_what_to_do(open_path: Path) -> None:
    (open_path / "postgres").mkdir()
    (open_path / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(NoDatabase, match="backup"):
        Embedded(open_path).start()


def test_a_server_that_cannot_start_shows_why(open_path: Path) -> None:
    with pytest.raises(NoDatabase, match="shared_buffers"):
        Embedded(open_path, {"shared_buffers": "lots"}).start()


def test_the_database_is_made_when_it_is_missing(embedded: Embedded) -> None:
    database.ensure_database(embedded.url())
    database.ensure_database(embedded.url())
    with psycopg.connect(embedded.url()) as connection:
        assert connection.info.dbname == "lanka"


def test_one_who_may_not_make_it_is_told_who_may(embedded: Embedded) -> None:
    answers(embedded, "CREATE ROLE aino LOGIN")
    with pytest.raises(NoDatabase, match="CREATE DATABASE lanka OWNER aino"):
        database.ensure_database(embedded.url().replace("postgres@", "aino@"))


def test_no_server_is_said_without_the_password() -> None:
    with pytest.raises(NoDatabase) as refused:
        database.ensure_database("postgresql://aino:verysecret@127.0.0.1:1/lanka")
    assert "127.0.0.1:1/lanka" in str(refused.value)
    assert "verysecret" not in str(refused.value)


@pytest.mark.crash
def test_a_killed_server_is_back_with_everything_that_was_committed(embedded: Embedded) -> None:
    answers(embedded, "CREATE TABLE kept (name text)")
    answers(embedded, "INSERT INTO kept VALUES ('Maija')")
    first = postmaster(embedded)
    busy = psycopg.connect(embedded.url("postgres"))
    os.kill(first, signal.SIGKILL)
    eventually(lambda: answers(embedded, "SELECT name FROM kept") == "Maija")
    assert postmaster(embedded) != first
    with pytest.raises(psycopg.OperationalError):
        busy.execute("SELECT 1")


@pytest.mark.crash
def test_a_killed_guard_leaves_no_server_and_the_next_start_works(embedded: Embedded) -> None:
    assert embedded._guard
    embedded._guard.kill()
    if sys.platform == "linux":
        eventually(lambda: not servers(str(embedded.data)))
    embedded.keep()
    assert answers(embedded) == 1


@pytest.mark.crash
def test_a_lock_file_left_by_a_power_cut_is_no_hindrance(embedded: Embedded) -> None:
    embedded.stop()
    (embedded.data / "postmaster.pid").write_text(f"{os.getpid()}\n{embedded.data}\n0\n5432\n\n\n  0  0\nready\n")
    embedded.start()
    assert answers(embedded) == 1


@pytest.mark.crash
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_its_starter_dies(open_path: Path, number: signal.Signals) -> None:
    code = f"""
        import time
        from pathlib import Path
        from lanka.core.postgres import Embedded
        server = Embedded(Path({str(open_path)!r}), {SMALL!r})
        server.start()
        print("up", flush=True)
        time.sleep(600)
    """
    starter = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE)
    assert starter.stdout
    assert starter.stdout.readline() == b"up\n"
    assert servers(str(open_path.resolve() / "postgres"))
    starter.send_signal(number)
    starter.wait()
    eventually(lambda: not servers(str(open_path.resolve() / "postgres")))
