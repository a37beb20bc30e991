"""The closed list of errors: nothing else leaves a channel."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Literal


class ChannelError(Exception):
    """`words` are for people; `again`: worth another try; `fault`: whose it is."""

    again: ClassVar[bool] = False
    fault: ClassVar[Literal["recipient", "us", "provider", "content", "stranger"]] = "us"

    def __init__(self, words: str, *, after: timedelta | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.after = after


class Unreachable(ChannelError):
    """This address does not exist, or does not want us. Never again to it."""

    fault = "recipient"


class Refused(ChannelError):
    """The provider does not accept this content: too long, wrong type, forbidden words."""

    fault = "content"


class Closed(ChannelError):
    """The reply window is shut or the person is not there now: another channel is needed."""

    fault = "recipient"


class Misconfigured(ChannelError):
    """Wrong password, expired certificate, unknown sender: a person here must mend the line."""

    fault = "us"


class Throttled(ChannelError):
    """Too fast. `after` says when to come back."""

    again = True
    fault = "provider"


class Unavailable(ChannelError):
    """The provider cannot be reached or is broken, and *surely* did not take the message."""

    again = True
    fault = "provider"


class Uncertain(ChannelError):
    """The connection broke after the message was handed over: nobody knows. Never repeated blindly."""

    fault = "provider"


class Forged(ChannelError):
    """A request that does not prove where it comes from. Answered 403, counted, not stored."""

    fault = "stranger"


class NotUnderstood(ChannelError):
    """This payload cannot be read: it goes to quarantine with these words."""

    fault = "provider"
