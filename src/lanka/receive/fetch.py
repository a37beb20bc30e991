"""Files that a message only points at are fetched before it is recorded: `receive` of a channel touches nothing, this may."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from lanka.channels.base import Channel, ChannelError, Fetches, File, Inbound, Item, LineView


class NotFetchedYet(LookupError):
    """The provider could not give the file just now."""


def with_files(talker: Channel, line: LineView, item: Item, *, patient: bool) -> Item:
    """Raises NotFetchedYet while it is `patient`; then the message goes on without its file, and says so."""
    if not isinstance(item, Inbound) or not isinstance(talker, Fetches):
        return item
    return replace(item, files=tuple(_fetched(talker, line, file, patient) if file.ref else file for file in item.files))


def _fetched(talker: Fetches, line: LineView, file: File, patient: bool) -> File:
    try:
        return talker.fetch(line, file)
    except ChannelError as error:
        if error.again and patient:
            raise NotFetchedYet(error.words) from error
        words = _("The file %(name)s could not be fetched: %(why)s") % {"name": file.name, "why": error.words}
        return File(f"{file.name}.txt", "text/plain", words.encode())
