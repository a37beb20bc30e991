"""No test reaches the world, whoever writes it."""

from __future__ import annotations

import asyncio
import socket

import pytest

from lanka.testing import LeavesTheMachine


def test_a_socket_to_the_world_is_refused() -> None:
    with socket.socket() as one, pytest.raises(LeavesTheMachine):
        one.connect(("192.0.2.1", 80))


async def test_an_asyncio_connection_too() -> None:
    with pytest.raises(LeavesTheMachine):
        await asyncio.open_connection("192.0.2.1", 80)


def test_this_machine_is_reachable() -> None:
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())
