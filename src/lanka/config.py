"""What an operator may set, all of it from the environment; wrong values stop the start with the remedy."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class WrongSetting(SystemExit):
    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"lanka: {name}: {words}")


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that `<name>_FILE` points at (for secrets)."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise WrongSetting(f"{name}_FILE", f"cannot be read ({error}); give the path of a readable file") from error
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "")
    if value.lower() in ("", "1", "0", "yes", "no", "true", "false"):
        return value.lower() in ("1", "yes", "true") if value else default
    raise WrongSetting(name, f"is {value!r}; write 1 or 0")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    try:
        return int(value) if value else default
    except ValueError as error:
        raise WrongSetting(name, f"is {value!r}; write a whole number") from error


HOME = Path(text("LANKA_HOME") or ROOT / ".lanka")
DATABASE_URL = text("DATABASE_URL")
PORT = number("LANKA_PORT", 8000)
HOST = text("LANKA_HOST", "127.0.0.1")
PUBLIC_URL = text("LANKA_PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
DEBUG = flag("LANKA_DEBUG")
DEMO = flag("LANKA_DEMO")
"""The town is open and providers on this machine (127.0.0.1) may be called."""
COUNTRY = text("LANKA_COUNTRY", "FI")
TIME_ZONE = text("LANKA_TIME_ZONE", "Europe/Helsinki")


def secret_key() -> str:
    """`LANKA_SECRET_KEY`, else one made once and kept in `LANKA_HOME/secret.key` (0600)."""
    if given := text("LANKA_SECRET_KEY"):
        return given
    path = HOME / "secret.key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
