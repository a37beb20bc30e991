"""Any PostgreSQL, ours or an ordinary one: is it there, is it new enough, is the database made?"""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import SQL, Identifier

from lanka.core.postgres import NoDatabase

OLDEST = 15


def ensure_database(url: str) -> None:
    """Makes the database that `url` names if it is missing and may be made. Raises NoDatabase with the remedy."""
    try:
        connection = connect(url)
    except psycopg.OperationalError as error:
        if not _make(url):
            raise NoDatabase(f"no connection to {shown(url)}: {first_line(error)}. Is it running, and is DATABASE_URL right?") from error
        connection = connect(url)
    with connection:
        check_version(connection)


def check_version(connection: psycopg.Connection) -> None:
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise NoDatabase(f"DATABASE_URL leads to PostgreSQL {version}; Lanka needs {OLDEST} or newer.")


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, connect_timeout=10)


def _make(url: str) -> bool:
    """False: the server is not reached, or the database was not what was missing."""
    name = name_of(url)
    for maintenance in ("postgres", "template1"):
        with suppress(psycopg.OperationalError), connect(make_conninfo(url, dbname=maintenance)) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            _create(connection, name)
            return True
    return False


def _create(connection: psycopg.Connection, name: str) -> None:
    with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):  # another start was quicker
        try:
            connection.execute(SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            user = connection.info.user
            raise NoDatabase(
                f"{name!r} does not exist and {user!r} may not create it. Let an administrator run: CREATE DATABASE {name} OWNER {user};"
            ) from error


def name_of(url: str) -> str:
    words = conninfo_to_dict(url)
    return str(words.get("dbname") or words.get("user") or "postgres")


def shown(url: str) -> str:
    """The address without its password."""
    words = conninfo_to_dict(url)
    return f"{words.get('host', 'the local socket')}:{words.get('port', 5432)}/{name_of(url)}"


def first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
