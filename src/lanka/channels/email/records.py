"""Advice from DNS: will others take our mail for ours? Mail goes out all the same; an answer may still be on its way through the caches."""

from __future__ import annotations

import re
from collections.abc import Iterator

import dns.exception
import dns.resolver
from django.utils.translation import gettext as _

from lanka.channels.base import Step
from lanka.channels.email import sign
from lanka.channels.email.settings import Settings

SECONDS = 3.0


def texts(name: str) -> list[str] | None:
    """TXT records; None: nobody could be asked."""
    try:
        found = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    return [b"".join(row.strings).decode("latin-1") for row in found]


def servers(domain: str) -> list[str] | None:
    try:
        found = dns.resolver.resolve(domain, "MX", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError, ValueError):
        return None
    return [str(row.exchange).rstrip(".") for row in sorted(found, key=lambda row: row.preference)]


def steps(settings: Settings) -> Iterator[Step]:
    domain = settings.domain
    mx = servers(domain)
    if mx is None:
        yield Step(_("DNS of %s") % domain, True, _("No name server could be asked from here"))
        return
    yield Step(_("Mail for %s arrives at") % domain, bool(mx), ", ".join(mx[:3]), "" if mx else _("Add an MX record for the domain"))
    if not settings.smtp_host:
        return
    spf = next((text for text in texts(domain) or [] if text.lower().startswith("v=spf1")), "")
    yield Step("SPF", bool(spf), spf, "" if spf else _("Add a TXT record such as “v=spf1 mx -all” that names your SMTP server"))
    policy = next((text for text in texts(f"_dmarc.{domain}") or [] if text.lower().startswith("v=dmarc1")), "")
    mend = _("Add a TXT record at _dmarc: “v=DMARC1; p=none; rua=mailto:…” to begin with")
    yield Step("DMARC", bool(policy), policy, "" if policy else mend)
    if settings.dkim_selector:
        yield from published(settings)


def published(settings: Settings) -> Iterator[Step]:
    name = f"{settings.dkim_selector}._domainkey.{settings.dkim_domain or settings.domain}"
    try:
        wanted = sign.record(sign.load(settings.dkim_private_key.get_secret_value()))
    except sign.BadKey:
        return
    found = [re.sub(r"\s", "", text) for text in texts(name) or []]
    ok = any(re.sub(r".*p=", "", text) == re.sub(r".*p=", "", wanted) for text in found)
    yield Step(f"DKIM, {name}", ok, found[0][:120] if found else "", "" if ok else _("Publish this TXT record there: %s") % wanted)
