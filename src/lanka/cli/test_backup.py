"""A backup holds everything, and comes back only where it destroys nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

import psycopg
import pytest

from lanka.core.postgres import Embedded


class House:
    """A Lanka of the test's own: home, embedded database, command line."""

    def __init__(self, home: Path) -> None:
        self.home = home
        environment = {**os.environ, "LANKA_HOME": str(home), "LANKA_POSTGRES": "shared_buffers=16MB fsync=off"}
        self.environment = {name: value for name, value in environment.items() if name not in ("DATABASE_URL", "LANKA_SECRET_KEY")}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lanka", *words]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def sql(self, query: str) -> list[tuple[object, ...]]:
        with Embedded(self.home) as server, psycopg.connect(server.url(), autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def house(open_path: Path) -> House:
    house = House(open_path / "helsinki")
    assert house.run("prepare").returncode == 0
    house.sql(
        "INSERT INTO channels_line (kind, name, token, settings, country, enabled, created_at, per, domain_per)"
        " VALUES ('x', 'Kamppi', 't', '{}', 'FI', true, now(), 3600, 3600)"
    )
    return house


def test_there_and_back_with_the_key_to_the_secrets(house: House, open_path: Path) -> None:
    file = open_path / "lanka.tar"
    made = house.run("backup", str(file))
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o077 == 0
    other = House(open_path / "turku")
    back = other.run("restore", str(file))
    assert back.returncode == 0, back.stderr
    assert other.sql("SELECT name FROM channels_line") == [("Kamppi",)]
    assert (other.home / "secret.key").read_text() == (house.home / "secret.key").read_text()
    assert other.run("prepare").stdout.startswith("Database: up to date")


def test_neither_a_file_nor_a_database_is_overwritten(house: House, open_path: Path) -> None:
    file = open_path / "lanka.tar"
    house.run("backup", str(file))
    again = house.run("backup", str(file))
    assert again.returncode == 1
    assert "never overwrites" in again.stderr
    refused = house.run("restore", str(file))
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    house.sql("DELETE FROM channels_line")
    assert house.run("restore", "--replace", str(file)).returncode == 0
    assert house.sql("SELECT name FROM channels_line") == [("Kamppi",)]


def test_a_file_that_is_no_backup_touches_nothing(house: House, open_path: Path) -> None:
    (open_path / "holiday.jpg").write_bytes(b"\xff\xd8not a tar")
    with tarfile.open(open_path / "other.tar", "w") as tar:
        tar.add(open_path / "holiday.jpg", "holiday.jpg")
    for name in ("holiday.jpg", "other.tar", "missing.tar"):
        refused = house.run("restore", "--replace", str(open_path / name))
        assert refused.returncode == 1
        assert "not a backup" in refused.stderr
    assert house.sql("SELECT name FROM channels_line") == [("Kamppi",)]


def test_the_doctor_sees_a_healthy_house_and_an_unmigrated_one(house: House) -> None:
    well = house.run("doctor")
    assert "ok   Migrations" in well.stdout, well.stdout + well.stderr
    house.sql("DELETE FROM django_migrations WHERE app = 'receive'")
    ill = house.run("doctor")
    assert ill.returncode == 1
    assert "./lanka prepare" in ill.stdout
