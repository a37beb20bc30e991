"""One message out: a text, or files with the text under the first of them, and buttons."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _

from lanka.channels.base import ChannelError, File, LineView, Outbound, Refused, Sent, Uncertain, Unreachable
from lanka.channels.telegram import api

CAPTION = 1024  # characters under a picture
TEXT = 4096
BUTTON = 64  # octets behind a button
FILES = 50 * 1024 * 1024
PICTURES = {"image/jpeg", "image/png", "image/webp"}
LARGEST_PICTURE = 10 * 1024 * 1024

Call = tuple[str, dict[str, Any], dict[str, tuple[str, bytes, str]] | None]


def send(line: LineView, out: Outbound) -> Sent:
    """Raises the closed errors. Several calls may be needed: what fails after the first went out is uncertain."""
    refs: list[str] = []
    for method, said, file in calls(line, out):
        try:
            answer = api.call(line, method, said, file=file, seconds=50 if file else 20)
        except ChannelError as error:
            if not refs:
                raise
            raise Uncertain(_("A part of the message went out, then: %s") % error.words) from error
        refs.append(f"{said['chat_id']}:{(answer or {}).get('message_id', '')}")
    return Sent(ref=refs[0], state="sent", final=True)  # Telegram never says whether it was read


def calls(line: LineView, out: Outbound) -> list[Call]:
    chat = out.to.removeprefix("telegram:")
    if not chat.lstrip("-").isdigit():
        raise Unreachable(_("%s is no Telegram user") % out.to)
    if len(out.text) > TEXT:
        raise Refused(_("Telegram takes at most %d characters") % TEXT)
    first: dict[str, Any] = {"chat_id": chat} | buttons(out) | quoted(line, out, chat)
    under = bool(out.files) and len(out.text) <= CAPTION
    made: list[Call] = [] if under or not out.text else [("sendMessage", first | {"text": out.text}, None)]
    for file in out.files:
        said = (first | ({"caption": out.text} if out.text else {})) if under and not made else {"chat_id": chat}
        made.append(_file(file, said))
    if not made:
        raise Refused(_("There is nothing to send"))
    return made


def _file(file: File, said: dict[str, Any]) -> Call:
    """An upload is a form, and a form takes nested things as text."""
    said = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in said.items()}
    picture = file.content_type in PICTURES and len(file.data) <= LARGEST_PICTURE
    method, name = ("sendPhoto", "photo") if picture else ("sendDocument", "document")
    return method, said, {name: (file.name, file.data, file.content_type)}


def buttons(out: Outbound) -> dict[str, Any]:
    rows = [[_button(button)] for button in out.data.get("buttons", ())]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}


def _button(said: dict[str, str]) -> dict[str, str]:
    if "url" in said:
        return {"text": said["text"], "url": said["url"]}
    value = said.get("value", said["text"])
    if len(value.encode()) > BUTTON:
        raise Refused(_("A button holds at most %d octets") % BUTTON)
    return {"text": said["text"], "callback_data": value}


def quoted(line: LineView, out: Outbound, chat: str) -> dict[str, Any]:
    """The newest message of this chat that we answer, if it is still there."""
    numbers = [point.removeprefix(f"{chat}:") for point in out.replies_to if point.startswith(f"{chat}:")]
    if not line.settings.quote or not numbers or not numbers[-1].isdigit():
        return {}
    return {"reply_parameters": {"message_id": int(numbers[-1]), "allow_sending_without_reply": True}}
