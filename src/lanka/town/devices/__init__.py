"""What the customers hold in their hands. Each device runs or reaches a channel's fake and speaks the real protocol with Lanka.

A device has `start()`, `stop()`, `collect()` (what came in since the last look goes into `town_item`) and its own verbs.
"""

from __future__ import annotations

from typing import Protocol


class Device(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def collect(self) -> int:
        """How many things came in."""
