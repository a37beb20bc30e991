"""A tiny print house, for the tests and the town: takes what lies in the drop, prints it, posts it, and tells.

It trusts nobody: the checksum is compared, the DataMatrix is read off the printed page as a scanner would, the address is
what shows in the window. The same piece twice is printed once. What it printed stays in `<drop>/house/`, so that another
process can open the letterbox (`letters_in`).
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import zxingcpp

from lanka.channels.letter import acks, raster
from lanka.channels.letter.envelopes import Box, envelope
from lanka.channels.letter.folder import drop_folder

COMES_BACK = ("Palautuskatu", "Returgatan", "Zwrotna")  # nobody lives there any more
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Printed:
    """A letter in somebody's letterbox, or on its way."""

    number: str
    lines: tuple[str, ...]  # as they show in the window
    pages: int
    state: str  # 'printed', 'posted', 'returned'
    at: datetime
    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        return self.lines[0] if self.lines else ""

    @property
    def pdf(self) -> bytes:
        return (self.folder / f"{self.number}.pdf").read_bytes()

    @property
    def png(self) -> bytes:
        """The first page."""
        return (self.folder / f"{self.number}.png").read_bytes()

    def page(self, index: int, *, dpi: int = 110) -> bytes:
        return raster.png(self.pdf, index, dpi=dpi)


class Fake:
    """`start()`, let customers open `letters`, `stop()`. Everything goes on in one thread."""

    def __init__(
        self,
        folder: Path | str = "letters",
        *,
        post_after: float = 1.0,
        return_after: float = 2.0,
        comes_back: tuple[str, ...] = COMES_BACK,
        look: float = 0.2,
        webhook: tuple[str, str] | None = None,  # (url, secret): tells by HTTP instead of by file
    ) -> None:
        self.folder = folder if isinstance(folder, Path) else drop_folder(folder)
        self.house = self.folder / "house"
        self.post_after, self.return_after, self.comes_back, self.look = post_after, return_after, comes_back, look
        self.webhook = webhook
        self.refused: list[str] = []  # numbers that were not printed, with the reason in the ack
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._known: dict[str, Printed] | None = None

    @property
    def letters(self) -> list[Printed]:
        """Oldest first. Read from disk once; this house is the only one that writes there."""
        if self._known is None:
            self._known = {one.number: one for one in letters_in(self.folder)}
        return list(self._known.values())

    def letters_for(self, name: str) -> list[Printed]:
        return [one for one in self.letters if one.name.casefold() == name.casefold()]

    def start(self) -> Fake:
        for one in (self.folder / "ack" / "done", self.house):
            one.mkdir(parents=True, exist_ok=True)
        self._known = {one.number: one for one in letters_in(self.folder)}  # before the thread: only one may read it in
        self._thread = threading.Thread(target=self._run, name="print-house", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(10)

    def __enter__(self) -> Fake:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait_for(self, count: int, state: str = "printed", seconds: float = 20) -> list[Printed]:
        """Until so many letters have come at least so far. Raises TimeoutError."""
        rank = {"printed": 0, "posted": 1, "returned": 2}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [one for one in self.letters if rank[one.state] >= rank[state]]
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise TimeoutError(f"{len(self.letters)} letters, wanted {count} {state}")

    def _run(self) -> None:
        while not self._stop.wait(self.look):
            try:
                self.work()
            except Exception:
                log.exception("print house")

    def work(self) -> None:
        """One round: print what is new, post what is dry, bring back what nobody took."""
        dry = self.letters
        for manifest in sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime):
            self._take(manifest)
        for letter in dry:
            age = (datetime.now(UTC) - letter.at).total_seconds()
            if letter.state == "printed" and age >= self.post_after:
                self._tell(letter, "posted")
            elif letter.state == "posted" and age >= self.post_after + self.return_after and self._nobody_there(letter):
                self._tell(letter, "returned", "moved away, no forwarding address")

    def _nobody_there(self, letter: Printed) -> bool:
        return any(word in line for word in self.comes_back for line in letter.lines)

    def _take(self, manifest: Path) -> None:
        told = json.loads(manifest.read_text())
        number, pdf_file = told["piece"], self.folder / told["file"]
        if (self.house / f"{number}.json").exists():  # printed before: the same piece is one letter
            pdf_file.unlink(missing_ok=True)
            manifest.unlink()
            return
        try:
            letter = self._print(told, pdf_file.read_bytes())
        except ValueError as error:
            self.refused.append(number)
            self._send({"piece": number, "state": "failed", "at": stamp(), "why": str(error)})
        else:
            self._tell(letter, "printed")
        pdf_file.unlink(missing_ok=True)
        manifest.unlink()

    def _print(self, told: dict[str, Any], pdf: bytes) -> Printed:
        """Raises ValueError with the reason why it is not printed."""
        if hashlib.sha256(pdf).hexdigest() != told["sha256"]:
            raise ValueError("the file is not the one of the manifest")
        kind = envelope(told["envelope"])
        if read_mark(pdf, kind.mark_box) != told["piece"]:
            raise ValueError("the DataMatrix cannot be read, or says another piece")
        window = raster.text_in(pdf, Box(kind.address_box.x0, kind.always.y0, kind.address_box.x1 + 1, kind.always.y1))
        lines = tuple(line.strip() for line in window.splitlines() if line.strip())
        number = told["piece"]
        (self.house / f"{number}.pdf").write_bytes(pdf)
        (self.house / f"{number}.png").write_bytes(raster.png(pdf))
        return Printed(number, lines, told["pages"], "printed", datetime.now(UTC), self.house, told)

    def _tell(self, letter: Printed, state: str, why: str = "") -> None:
        letter = replace(letter, state=state)
        kept = {"lines": letter.lines, "state": state, "at": letter.at.isoformat(), "manifest": letter.manifest}
        write(self.house / f"{letter.number}.json", json.dumps(kept, ensure_ascii=False).encode())
        assert self._known is not None
        self._known[letter.number] = letter
        self._send({"piece": letter.number, "state": state, "at": stamp(), "why": why})

    def _send(self, ack: dict[str, Any]) -> None:
        body = json.dumps({"acks": [ack]}).encode()
        if self.webhook is None:
            write(self.folder / "ack" / f"{time.time_ns()}-{ack['piece']}-{ack['state']}.json", body)
            return
        url, secret = self.webhook
        headers = {acks.SIGNATURE: acks.signature(secret, body, int(time.time())), "content-type": "application/json"}
        httpx.post(url, content=body, headers=headers, timeout=10).raise_for_status()


def letters_in(folder: Path) -> Iterator[Printed]:
    """What a print house with this drop has printed, from any process."""
    house = folder / "house"
    kept = [(json.loads(path.read_text()), path.stem) for path in house.glob("*.json")] if house.exists() else []
    for told, number in sorted(kept, key=lambda one: one[0]["at"]):
        manifest = told["manifest"]
        at = datetime.fromisoformat(told["at"])
        yield Printed(number, tuple(told["lines"]), manifest["pages"], told["state"], at, house, manifest)


def read_mark(pdf: bytes, box: Box) -> str:
    """As a scanner at 300 dots per inch reads it; '' when it cannot."""
    around = Box(box.x0 - 1.2, box.y0 - 1.2, box.x1 + 1.2, box.y1 + 1.2)
    found = zxingcpp.read_barcodes(raster.region(pdf, around, dpi=300))
    return found[0].text if found else ""


def write(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(data)
    part.rename(path)


def stamp() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
