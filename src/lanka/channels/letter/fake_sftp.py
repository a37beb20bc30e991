"""The print house's SFTP server on loopback: one user, one folder, the real protocol. `trouble` makes it fail on purpose."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path
from typing import Any

import paramiko

OK, FAILED = int(paramiko.AUTH_SUCCESSFUL), int(paramiko.AUTH_FAILED)
USER, PASSWORD = "lanka", "drop-it-here"


class Door(paramiko.ServerInterface):  # type: ignore[misc]
    def __init__(self, key: paramiko.PKey | None) -> None:
        self.key = key

    def check_auth_password(self, username: str, password: str) -> int:
        return OK if (username, password) == (USER, PASSWORD) else FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return OK if self.key is not None and key == self.key else FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return int(paramiko.OPEN_SUCCEEDED if kind == "session" else paramiko.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED)

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"


class Handle(paramiko.SFTPHandle):  # type: ignore[misc]
    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class Shop(paramiko.SFTPServerInterface):  # type: ignore[misc]
    """Files below one root; a path that leads out of it does not exist."""

    server_root: Path
    trouble: dict[str, bool]

    def _real(self, path: str) -> Path:
        return self.server_root / str(self.canonicalize(path)).lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            found = list(self._real(path).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return [paramiko.SFTPAttributes.from_stat(one.stat(), one.name) for one in found]

    def stat(self, path: str) -> Any:
        try:
            return paramiko.SFTPAttributes.from_stat(self._real(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: Any) -> Any:
        if self.trouble.get("full") and flags & os.O_WRONLY:
            return paramiko.SFTP_FAILURE
        handle = Handle(flags)
        try:
            file = os.fdopen(os.open(self._real(path), flags, 0o644), "r+b" if flags & os.O_RDWR else "wb" if flags & os.O_WRONLY else "rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        handle.readfile = handle.writefile = file  # type: ignore[attr-defined]
        return handle

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        if self.trouble.get("manifest") and newpath.endswith(".json") and "ack" not in newpath:
            return int(paramiko.SFTP_FAILURE)
        return self._do(lambda: self._real(oldpath).replace(self._real(newpath)))

    rename = posix_rename

    def remove(self, path: str) -> int:
        return self._do(self._real(path).unlink)

    def mkdir(self, path: str, attr: Any) -> int:
        return self._do(self._real(path).mkdir)

    @staticmethod
    def _do(what: Any) -> int:
        try:
            what()
        except OSError as error:
            return int(paramiko.SFTPServer.convert_errno(error.errno or 0))
        return int(paramiko.SFTP_OK)


class SftpServer:
    """`with SftpServer(folder) as server:` then `server.port`, `server.fingerprint`."""

    def __init__(self, folder: Path, *, key: paramiko.PKey | None = None) -> None:
        self.folder, self.key, self.trouble = folder, key, dict[str, bool]()
        self.host_key = paramiko.RSAKey.generate(2048)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        self.fingerprint = str(self.host_key.fingerprint)
        self._transports: list[paramiko.Transport] = []

    def __enter__(self) -> SftpServer:
        (self.folder / "ack").mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._accept, name="sftp-server", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for transport in self._transports:
            transport.close()

    def _accept(self) -> None:
        shop = type("OwnShop", (Shop,), {"server_root": self.folder, "trouble": self.trouble})
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, shop)
            self._transports.append(transport)
            with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
                transport.start_server(server=Door(self.key))
