"""What the fakes of this channel share: a server on a loop and a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from typing import Self


class OnThread:
    """A subclass sets these three, and `ready` when it listens."""

    loop: asyncio.AbstractEventLoop
    thread: threading.Thread
    ready: threading.Event

    def start(self) -> Self:
        self.thread.start()
        self.ready.wait(10)
        return self

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
