"""Lines, an inbox in memory and certificates for the tests of this folder."""

from __future__ import annotations

import datetime
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lanka.channels.base import LineView, Raw
from lanka.channels.email.settings import Settings

HELP = "apua@pyorajapolku.example.fi"


def make_line(id: int = 1, **settings: Any) -> LineView:
    settings = {"address": HELP, "smtp_host": "127.0.0.1", "smtp_security": "none", **settings}
    return LineView(id=id, token=f"t{id}", name="Help", kind="email", settings=Settings(**settings), brand={"name": "Pyörä & Polku"})


@dataclass
class Kept:
    """What a listener and a mailbox put into the house."""

    raws: dict[tuple[int, str], Raw] = field(default_factory=dict)
    broken: bool = False

    async def put(self, line: LineView, raw: Raw) -> bool:
        if self.broken:
            raise OSError("the database is away")
        new = (line.id, raw.key) not in self.raws
        self.raws.setdefault((line.id, raw.key), raw)
        return new

    async def recall(self, line: LineView, prefix: str, since: datetime.datetime) -> list[Raw]:
        return [raw for (line_id, key), raw in self.raws.items() if line_id == line.id and key.startswith(prefix)]

    @property
    def mails(self) -> list[Raw]:
        return [raw for raw in self.raws.values() if raw.method != "MARK"]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def line() -> Any:
    return make_line


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate for 'localhost' in one PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def client_tls(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))
