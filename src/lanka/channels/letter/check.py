"""'Test this line': a sample letter is typeset and looked at; nothing is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lanka.channels.base import ChannelError, LineView, Outbound, Sender, Step
from lanka.channels.letter.envelopes import envelope
from lanka.channels.letter.piece import Piece

SAMPLE = {"name": "Helvi Rautio", "street": "Mannerheimintie 12 A 4", "postcode": "00100", "town": "Helsinki", "country": "FI"}
TEXT = "Hyvä Helvi,\n\ntämä on koekirje. Sitä ei tulosteta.\n\n- ensimmäinen kohta\n- toinen kohta"


def steps(line: LineView, make: Callable[[Outbound], Piece]) -> Iterator[Step]:
    sender = Sender(line.brand.get("name", "Lanka"), "Aino Virtanen", line.brand)
    try:
        piece = make(Outbound(id="sample", to="", text=TEXT, sender=sender, subject="Koekirje", language="fi", data={"address": SAMPLE}))
        yield Step("typeset a sample letter", True, f"{piece.pages} page, {len(piece.pdf) // 1024} kB, the window shows the address only")
    except ChannelError as error:
        yield Step("typeset a sample letter", False, error.words, "choose another envelope, or look at the brand's colours and logo")
    kind = envelope(line.settings.envelope)
    words = (
        ""
        if kind.confirmed
        else f"its measures come from {kind.source}: put one printed letter into one of your envelopes before you send many"
    )
    yield Step(f"envelope {kind.country} {kind.name}", True, words)
    has = bool(line.brand.get("return_address") or line.settings.return_address.strip())
    yield Step(
        "return address",
        has,
        "",
        "" if has else "give the brand or this line a return address: letters that cannot be delivered come back to it",
    )
