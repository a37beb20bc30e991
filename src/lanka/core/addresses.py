"""Guards connections to hosts that people type: this machine and the private network behind it are not for them (SSRF).

The caller connects to one of the returned addresses, not to the name: a name may mean something else a second later.
"""

from __future__ import annotations

import ipaddress
import socket

from lanka import config

NAT64 = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddress(ValueError):
    """The host is, or resolves to, an address of this machine or of a private network."""


def private_allowed() -> bool:
    return config.DEMO or config.flag("LANKA_ALLOW_PRIVATE")


def is_public(address: str) -> bool:
    """False for loopback, private, link-local, multicast, reserved and unspecified addresses, also when wrapped in IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo or (None, None))[1]
        if ip in NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def resolved(host: str, port: int | None = None) -> list[str]:
    """All addresses of a host, without repetition. Raises socket.gaierror."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, f"{host!r} is not a host name") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def allowed(host: str, port: int | None = None) -> list[str]:
    """The addresses to connect to. Raises PrivateAddress if any of them is private, socket.gaierror if there are none."""
    addresses = resolved(host, port)
    if private_allowed():
        return addresses
    if bad := [address for address in addresses if not is_public(address)]:
        raise PrivateAddress(f"{host} leads to {bad[0]}, an address of this machine or of a private network")
    return addresses
