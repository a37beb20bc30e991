"""The closed list of reasons. A verdict names the step that settled it; its `because` holds the data (`words.py` says it)."""

from __future__ import annotations

from enum import IntEnum


class Reason(IntEnum):
    """1 to 9: sent, and how the channel was chosen. 10 to 19: held, asked again. 20 and more: not sent."""

    CHOSEN = 1  # they chose the channel for this topic
    CHOSEN_FOR_ALL = 2  # … for everything
    TAKES_NOTICE = 3  # nobody chose; there they take notice
    USUAL = 4  # nobody chose; the topic's own order
    NEXT_WAY = 5  # the way before failed (`fallback.py`)

    PAUSED = 10
    CAP = 11  # enough for now
    OUTRANKED = 12  # enough for now, and something weightier is planned
    CHANNEL_CAP = 13  # enough for now on every channel that is open
    DISPLACED = 14  # something weightier took its place; asked again at once

    WITHDRAWN = 20  # the message itself
    ERASED = 21
    DECEASED = 22
    NO_ADDRESS = 23
    NEVER_ASKED = 24  # consent is needed, and there is none
    SAID_NO = 25
    YES_ELSEWHERE = 26  # the yes is for channels that have no address
    BLOCKED = 27  # every address is suppressed
    NOT_THEIR_CHANNEL = 28  # nothing that is open is what they chose
    DOUBLE = 29
    TOO_LATE = 30
    NO_LINE = 31  # no line of ours speaks on the message's channels
    USED_UP = 32  # the last way failed too
    NOT_MEANT = 34  # they had left the campaign's audience when it started

    @property
    def sends(self) -> bool:
        return self < 10

    @property
    def holds(self) -> bool:
        return 10 <= self < 20
