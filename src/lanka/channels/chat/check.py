"""'Test this line': can a page load the chat, and can people read it?"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
from django.utils.translation import gettext as _

from lanka.channels.base import LineView, Step
from lanka.channels.chat.front import LANGUAGES, offer, script
from lanka.channels.chat.look import HEX, contrast


def steps(line: LineView) -> Iterator[Step]:
    secure = line.public_url.startswith("https://") or "://localhost" in line.public_url or "://127.0.0.1" in line.public_url
    yield Step(
        _("The address of this Lanka is encrypted"),
        secure,
        line.public_url,
        "" if secure else _("Set LANKA_PUBLIC_URL to an https address: browsers do not load a plain script into a secure page"),
    )
    yield _reached(line)
    look = offer(line, LANGUAGES[0])["look"]
    color = line.settings.color or line.brand.get("color", "")
    yield Step(
        _("The colour can be read"),
        bool(HEX.match(color)) and contrast(look["on"], look["color"]) >= 4.5,
        _("{on} on {color}: contrast {ratio:.1f}").format(ratio=contrast(look["on"], look["color"]), **look),
        "" if HEX.match(color) else _("Write the colour as #RRGGBB, here or in the brand"),
    )


def _reached(line: LineView) -> Step:
    name, url = _("A page can load the script"), f"{line.public_url}/c/{line.token}/widget.js"
    try:
        answer = httpx.get(url, timeout=10)
    except httpx.HTTPError as error:
        return Step(name, False, str(error), _("Is the proxy passing /c/ on to Lanka, and does the name lead here?"))
    good = answer.status_code == 200 and answer.content == script()[0]
    return Step(name, good, f"{url}: {answer.status_code}", "" if good else _("Something between the browser and Lanka answers instead"))
