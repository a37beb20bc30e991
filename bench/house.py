"""What the benchmarks share: a database of their own, the real processes on it, memory, and the table that is printed."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from lanka.core import pool


@contextmanager
def database(name: str = "lanka_bench", *, keep: bool = False) -> Iterator[str]:
    """A fresh, migrated database beside the configured one; Django points at it meanwhile. `keep`: use it as it is if it is there."""
    server = pool.address()
    with psycopg.connect(server, autocommit=True) as admin:
        there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if there and not keep:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        if not (there and keep):
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()
    before = settings.DATABASES["default"]["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield make_conninfo(server, dbname=name)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
        if not keep:
            with psycopg.connect(server, autocommit=True) as admin:
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def process(name: str, url: str, port: int, **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """`lanka web`, `listen` or `work` on that database; waits until the port answers."""
    log = Path(f"/tmp/lanka-bench-{name}.log").open("wb")  # noqa: SIM115 lives as long as the process
    whole = {**os.environ, "DATABASE_URL": url, "LANKA_PORT": str(port), "LANKA_ALLOW_PRIVATE": "1", **env}
    running = subprocess.Popen([sys.executable, "-m", "lanka", name], env=whole, stdout=log, stderr=log)
    try:
        if name == "web":
            wait_for(port)
        yield running
    finally:
        running.terminate()
        running.wait(20)


def wait_for(port: int, seconds: float = 30) -> None:
    import socket

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")


def memory(pid: int) -> float:
    """Resident megabytes of a process."""
    import psutil

    return float(psutil.Process(pid).memory_info().rss / 1e6)


def machine() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, PostgreSQL {version.split()[0]}"


def table(title: str, rows: Mapping[str, str]) -> None:
    width = max(len(name) for name in rows)
    print(f"\n{title}  ({machine()}, {time.strftime('%Y-%m-%d')})")
    for name, value in rows.items():
        print(f"  {name:<{width}}  {value}")
