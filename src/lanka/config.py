"""What an operator may set, all of it from the environment; wrong values stop the start with the remedy."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

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
PROXIES = number("LANKA_PROXIES", 0)
"""How many proxies of the operator's own stand in front, each adding to X-Forwarded-For. 0: the header is not believed."""


@dataclass(frozen=True)
class Oidc:
    """The company's own sign-in: an OpenID Connect provider."""

    name: str
    server: str
    client_id: str
    secret: str


def oidc() -> Oidc | None:
    """`LANKA_OIDC_*`; None where there is no server. What comes from it is believed, so it must be https, or on this machine."""
    server = text("LANKA_OIDC_SERVER").rstrip("/")
    if not server:
        return None
    given = urlsplit(server)
    if not (given.scheme == "https" and given.hostname) and (given.scheme, given.hostname) not in (
        ("http", "localhost"),
        ("http", "127.0.0.1"),
    ):
        raise WrongSetting(
            "LANKA_OIDC_SERVER", f"is {server!r}; write the provider's https address, such as https://id.example.fi/realms/shop"
        )
    client_id, secret = text("LANKA_OIDC_CLIENT_ID"), text("LANKA_OIDC_SECRET")
    if not (client_id and secret):
        raise WrongSetting("LANKA_OIDC_SERVER", "needs LANKA_OIDC_CLIENT_ID and LANKA_OIDC_SECRET beside it")
    return Oidc(text("LANKA_OIDC_NAME") or str(given.hostname), server, client_id, secret)


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
