"""The only HTTP client: addresses that people type lead outside, never to this machine or the network behind it.

The name is resolved once and the connection goes to the address that was looked at, so a name that changes its mind in between
(DNS rebinding) gains nothing. A redirect is followed only by who asks for it, and then passes the same guard.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from typing import Any

import httpcore
import httpx

from lanka.core import addresses

LONGEST = 25 * 1024 * 1024  # octets of one answer


class TooLarge(httpx.TransportError):
    """The answer is longer than we are ready to hold."""


class GuardedBackend(httpcore.SyncBackend):
    """Connects to an allowed address of the host; TLS still asks for the host's name."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = addresses.allowed(host, port)
        except socket.gaierror as error:
            raise httpcore.ConnectError(f"{host} is not known: {error}") from error
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in found:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class Limited(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, limit: int, request: httpx.Request) -> None:
        self.stream, self.limit, self.request = stream, limit, request

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for chunk in self.stream:
            size += len(chunk)
            if size > self.limit:
                raise TooLarge(f"more than {self.limit} octets", request=self.request)
            yield chunk

    def close(self) -> None:
        self.stream.close()


class GuardedTransport(httpx.HTTPTransport):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=GuardedBackend())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises `addresses.PrivateAddress`, `TooLarge`, and what httpx raises."""
        response = super().handle_request(request)
        # We ask for plain answers: a compressed one could unfold to a thousand times the limit.
        if response.headers.get("content-encoding", "identity") != "identity":
            response.close()
            raise httpx.DecodingError("the answer is compressed, which was not asked for", request=request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = Limited(response.stream, self.limit, request)
        return response


def client(*, timeout: float = 10, base_url: str = "", limit: int = LONGEST) -> httpx.Client:
    """To be closed by the caller. Private addresses are refused unless `LANKA_DEMO` or `LANKA_ALLOW_PRIVATE` is set."""
    headers = {"accept-encoding": "identity", "user-agent": "Lanka"}
    return httpx.Client(transport=GuardedTransport(limit), timeout=timeout, base_url=base_url, headers=headers, trust_env=False)
