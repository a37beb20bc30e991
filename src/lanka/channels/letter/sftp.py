"""A drop on a print house's SFTP server. The server's key is checked before a password or a key is shown to it."""

from __future__ import annotations

import hmac
import io
import posixpath
import socket
import stat
from types import TracebackType

import paramiko

from lanka.channels.base import Misconfigured, Unavailable
from lanka.channels.letter.drop import Shelf
from lanka.channels.letter.settings import Settings
from lanka.core import addresses

TIMEOUT = 20.0
KINDS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class Remote(Shelf):
    """One connection from `with` to the end of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.where = f"sftp://{settings.user}@{settings.host}:{settings.port}/{settings.path.lstrip('/')}"
        self.transport: paramiko.Transport | None = None
        self.sftp: paramiko.SFTPClient | None = None

    def __enter__(self) -> Remote:
        if not self.settings.host:
            raise Misconfigured("no server is set")
        try:
            self._connect()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._close()

    def _close(self) -> None:
        for part in (self.sftp, self.transport):
            if part is not None:
                part.close()
        self.sftp = self.transport = None

    def _connect(self) -> None:
        settings = self.settings
        try:
            self.transport = paramiko.Transport(self._socket())
            self.transport.banner_timeout = self.transport.auth_timeout = TIMEOUT
            self.transport.start_client(timeout=TIMEOUT)
            self._know_server(self.transport)
            self._sign_in(self.transport)
            self.sftp = paramiko.SFTPClient.from_transport(self.transport)
            assert self.sftp
            self.sftp.get_channel().settimeout(TIMEOUT)
            if settings.path:
                self.sftp.chdir(settings.path)
        except paramiko.AuthenticationException as error:
            raise Misconfigured(f"{settings.host} does not accept user {settings.user!r}: {error}") from error
        except FileNotFoundError as error:
            raise Misconfigured(f"{settings.host} has no folder {settings.path!r}") from error
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Unavailable(f"{settings.host}: {error or type(error).__name__}") from error

    def _socket(self) -> socket.socket:
        settings, failed = self.settings, OSError("no address")
        try:
            found = addresses.allowed(settings.host, settings.port)
        except addresses.PrivateAddress as error:
            raise Misconfigured(f"{error}; set LANKA_ALLOW_PRIVATE=1 where that is meant") from error
        for address in found:
            try:
                return socket.create_connection((address, settings.port), timeout=TIMEOUT)
            except OSError as error:
                failed = error
        raise failed

    def _know_server(self, transport: paramiko.Transport) -> None:
        seen = str(transport.get_remote_server_key().fingerprint)
        wanted = self.settings.host_key.strip()
        if not wanted:
            raise Misconfigured(
                f"the server's fingerprint is not set; this server shows {seen}, ask the print house whether that is theirs"
            )
        if not hmac.compare_digest(seen.rstrip("=").encode(), wanted.rstrip("=").encode()):
            raise Misconfigured(f"another server answers: it shows {seen}, expected {wanted}")

    def _sign_in(self, transport: paramiko.Transport) -> None:
        key, password = self.settings.private_key.get_secret_value().strip(), self.settings.password.get_secret_value()
        if key:
            transport.auth_publickey(self.settings.user, private_key(key, password))
        else:
            transport.auth_password(self.settings.user, password)

    @property
    def _open(self) -> paramiko.SFTPClient:
        assert self.sftp, "used outside its `with`"
        return self.sftp

    def write(self, name: str, data: bytes) -> None:
        part = f"{name}.part"
        try:
            self._open.putfo(io.BytesIO(data), part, file_size=len(data), confirm=True)
            self._open.posix_rename(part, name)
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Unavailable(f"{self.settings.host}: {name} was not taken: {error or type(error).__name__}") from error

    def exists(self, name: str) -> bool:
        try:
            self._open.stat(name)
        except FileNotFoundError:
            return False
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Unavailable(f"{self.settings.host}: {error or type(error).__name__}") from error
        return True

    def names(self, folder: str) -> list[str]:
        try:
            return [one.filename for one in self._open.listdir_attr(folder) if not stat.S_ISDIR(one.st_mode or 0) and safe(one.filename)]
        except FileNotFoundError:
            return []

    def read(self, name: str, most: int) -> bytes:
        with self._open.open(name, "rb") as file:
            return bytes(file.read(most))

    def move(self, name: str, to: str) -> None:
        folder = posixpath.dirname(to)
        try:
            self._open.stat(folder)
        except FileNotFoundError:
            self._open.mkdir(folder)
        self._open.posix_rename(name, to)

    def remove(self, name: str) -> None:
        self._open.remove(name)


def safe(name: str) -> bool:
    """A server's file names are a stranger's words."""
    return "/" not in name and name not in (".", "..") and name.isprintable()


def private_key(text: str, password: str) -> paramiko.PKey:
    """Of any kind that is in use. Raises Misconfigured."""
    for kind in KINDS:
        try:
            return kind.from_private_key(io.StringIO(text + "\n"), password or None)
        except (paramiko.SSHException, ValueError):
            continue
    raise Misconfigured("the private key cannot be read: Ed25519, ECDSA or RSA, in OpenSSH or PEM form, with its passphrase as password")
