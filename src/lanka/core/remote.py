"""The network address of who asks: the connection's own, or what the operator's proxies say (`LANKA_PROXIES`)."""

from __future__ import annotations

from ipaddress import ip_address

from lanka import config


def remote(near: str, forwarded: str) -> str:
    """`near`: the other end of the connection. `forwarded`: X-Forwarded-For as it came, to which each proxy adds whom it saw.

    Of that header only the last `LANKA_PROXIES` entries were written by proxies of ours; the first of those is the caller. What stands
    before it, and all of it where no proxy is named, is what the caller likes to say, and is not believed.
    """
    told = [part.strip() for part in forwarded.split(",")][-config.PROXIES :] if config.PROXIES else []
    if len(told) < config.PROXIES or not told:
        return near
    try:
        return str(ip_address(told[0]))
    except ValueError:
        return near
