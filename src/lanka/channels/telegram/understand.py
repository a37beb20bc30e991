"""What an update of the Bot API says. Only private chats: a bot in a group hears what is not said to us."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lanka.channels.base import File, Inbound, Item, Known, NotUnderstood, Raw
from lanka.core import clock, phone

Said = Mapping[str, Any]
START = re.compile(r"/start(?:@\w+)?(?:\s+(\S{1,64}))?\s*")
MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=17/{0}/{1}"
# Kinds of files, and their type and name where the message does not tell.
FILES = {
    "document": ("application/octet-stream", "file"),
    "voice": ("audio/ogg", "voice.ogg"),
    "audio": ("audio/mpeg", "audio.mp3"),
    "animation": ("video/mp4", "animation.mp4"),
    "video": ("video/mp4", "video.mp4"),
    "video_note": ("video/mp4", "video.mp4"),
}
NO_MESSAGE = {"pinned_message", "message_auto_delete_timer_changed", "write_access_allowed", "connected_website", "chat_background_set"}


def items(raw: Raw) -> list[Item]:
    """Raises NotUnderstood."""
    try:
        update = json.loads(raw.body)
        number(update, "update_id")
        if "callback_query" in update:
            return pressed(update["callback_query"], raw.received_at or clock.now())
        if "edited_message" in update:
            return edited(update["edited_message"])
        return message(update["message"]) if "message" in update else []
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, OSError) as error:
        raise NotUnderstood(f"not an update of the Bot API: {error!r:.200}") from error


def number(said: Said, name: str) -> int:
    value = said[name]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number")
    return value


def text(said: Said, name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise TypeError(f"{name} must be text")
    return value


def point(said: Said) -> str:
    """How messages are pointed at, ours and theirs: message ids count in each chat anew."""
    return f"{number(said['chat'], 'id')}:{number(said, 'message_id')}"


def to_us(said: Said) -> bool:
    return bool(said["chat"]["type"] == "private" and not said["from"].get("is_bot"))


def message(said: Said) -> list[Item]:
    if not to_us(said) or NO_MESSAGE & said.keys():
        return []
    here = point(said)
    data: dict[str, Any] = {name: text(said, name) for name in ("media_group_id",) if name in said}
    files, words = files_of(said), text(said, "text") or text(said, "caption") or spoken(said)
    if not words and not files:
        words, data = "(a kind of message that is not shown here)", data | {"unknown": sorted(said.keys() - {"from", "chat", "date"})}
    start = START.fullmatch(words)
    token = (start[1],) if start and start[1] else ()
    answers = (point({"chat": said["chat"], **said["reply_to_message"]}),) if "reply_to_message" in said else ()
    found = Inbound(here, when(said, "date"), **sender(said["from"]), text="/start" if start else words, files=files, message_id=here)
    return [replace(found, also=own_number(said), replies_to=answers, thread=token, data=data | ({"start": token[0]} if token else {}))]


def edited(said: Said) -> list[Item]:
    """A message of its own that points at the old one. A live location is 'edited' every few seconds: that is no message."""
    if "location" in said:
        return []
    at = when(said, "edit_date")
    key = f"{point(said)}:edit:{number(said, 'edit_date')}"
    return [
        replace(item, key=key, at=at, replies_to=(point(said),), data={**item.data, "edited": point(said)})
        for item in message(said)
        if isinstance(item, Inbound)
    ]


def pressed(said: Said, at: datetime) -> list[Item]:
    """A button under a message of ours. Its text is what the customer saw, its value what we put behind it. It says no time."""
    value, key = text(said, "data"), f"press:{text(said, 'id')}"
    shown = said.get("message") or {}
    if shown and shown["chat"]["type"] != "private":
        return []
    rows = (shown.get("reply_markup") or {}).get("inline_keyboard") or []
    labels = [text(button, "text") for row in rows for button in row if button.get("callback_data") == value]
    points = (point(shown),) if shown else ()
    found = Inbound(key, at, **sender(said["from"]), text=(labels or [value])[0], message_id=key, replies_to=points)
    return [replace(found, data={"button": value})]


def sender(said: Said) -> dict[str, Any]:
    name = " ".join(part for part in (text(said, "first_name"), text(said, "last_name")) if part)
    return {"sender": Known("account", f"telegram:{number(said, 'id')}"), "sender_name": name, "language": text(said, "language_code")}


def when(said: Said, name: str) -> datetime:
    return datetime.fromtimestamp(number(said, name), UTC)


def files_of(said: Said) -> tuple[File, ...]:
    """They lie at Telegram: `fetch` gets them. An animation comes as a document too."""
    found = []
    if photos := said.get("photo"):
        best = max(photos, key=lambda photo: number(photo, "width"))
        found.append(File(f"photo-{number(said, 'message_id')}.jpg", "image/jpeg", b"", ref=text(best, "file_id")))
    for kind, (content_type, name) in FILES.items():
        if kind in said and not (kind == "document" and "animation" in said):
            one = said[kind]
            found.append(File(text(one, "file_name") or name, text(one, "mime_type") or content_type, b"", ref=text(one, "file_id")))
    return tuple(file for file in found if file.ref)


def spoken(said: Said) -> str:
    """What is neither text nor file, in words."""
    return next((said_as(said[name]) for name, said_as in SPOKEN.items() if name in said), "")


def _location(said: Said) -> str:
    return MAP.format(float(said["latitude"]), float(said["longitude"]))


def _venue(said: Said) -> str:
    return "\n".join(part for part in (text(said, "title"), text(said, "address"), _location(said["location"])) if part)


def _contact(said: Said) -> str:
    return " ".join(part for part in (text(said, "first_name"), text(said, "last_name"), text(said, "phone_number")) if part)


SPOKEN: dict[str, Callable[[Said], str]] = {
    "sticker": lambda said: text(said, "emoji") or "(sticker)",
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "dice": lambda said: f"{text(said, 'emoji')} {number(said, 'value')}",
    "poll": lambda said: text(said, "question"),
}


def own_number(said: Said) -> tuple[Known, ...]:
    """A contact that says to be the sender's own. Nothing proves it: clients may write what they like."""
    contact = said.get("contact") or {}
    if not contact or contact.get("user_id") != said["from"]["id"]:
        return ()
    found = phone.e164("+" + phone.digits(text(contact, "phone_number")), "")
    return (Known("phone", found, proven=False),) if found else ()
