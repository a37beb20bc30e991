"""The only HTTP client: addresses that people type lead outside, never to this machine or the network behind it.

The name is resolved once and the connection goes to the address that was looked at, so a name that changes its mind in between
(DNS rebinding) gains nothing. A redirect is followed only by who asks for it, and then passes the same guard.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import httpcore
import httpx

from lanka.core import addresses

LONGEST = 25 * 1024 * 1024  # octets of one answer
HEADERS = {"accept-encoding": "identity", "user-agent": "Lanka"}
logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, and some providers want the secret in theirs


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
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in looked_at(host, port):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class GuardedAsyncBackend(httpcore.AnyIOBackend):
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await asyncio.to_thread(looked_at, host, port):
            try:
                return await super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


def looked_at(host: str, port: int) -> list[str]:
    try:
        return addresses.allowed(host, port)
    except socket.gaierror as error:
        raise httpcore.ConnectError(f"{host} is not known: {error}") from error


class Limited(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, stream: Any, limit: int, request: httpx.Request) -> None:
        self.stream, self.left, self.limit, self.request = stream, limit, limit, request

    def __iter__(self) -> Iterator[bytes]:
        yield from map(self._counted, self.stream)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self.stream:
            yield self._counted(chunk)

    def _counted(self, chunk: bytes) -> bytes:
        self.left -= len(chunk)
        if self.left < 0:
            raise TooLarge(f"more than {self.limit} octets", request=self.request)
        return chunk

    def close(self) -> None:
        self.stream.close()

    async def aclose(self) -> None:
        await self.stream.aclose()


def plain(response: httpx.Response, request: httpx.Request) -> None:
    """We ask for plain answers: a compressed one could unfold to a thousand times the limit."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx.DecodingError("the answer is compressed, which was not asked for", request=request)


class GuardedTransport(httpx.HTTPTransport):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self._pool = httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=GuardedBackend())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises `addresses.PrivateAddress`, `TooLarge`, and what httpx raises."""
        response = super().handle_request(request)
        try:
            plain(response, request)
        except httpx.DecodingError:
            response.close()
            raise
        response.stream = Limited(response.stream, self.limit, request)
        return response


class GuardedAsyncTransport(httpx.AsyncHTTPTransport):
    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit
        self._pool = httpcore.AsyncConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=GuardedAsyncBackend())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        try:
            plain(response, request)
        except httpx.DecodingError:
            await response.aclose()
            raise
        response.stream = Limited(response.stream, self.limit, request)
        return response


def client(*, timeout: float = 10, base_url: str = "", limit: int = LONGEST) -> httpx.Client:
    """To be closed by the caller. Private addresses are refused unless `LANKA_DEMO` or `LANKA_ALLOW_PRIVATE` is set."""
    return httpx.Client(transport=GuardedTransport(limit), timeout=timeout, base_url=base_url, headers=HEADERS, trust_env=False)


def async_client(*, timeout: float = 10, base_url: str = "", limit: int = LONGEST) -> httpx.AsyncClient:
    """The same for the edge and the listeners."""
    return httpx.AsyncClient(transport=GuardedAsyncTransport(limit), timeout=timeout, base_url=base_url, headers=HEADERS, trust_env=False)
