"""From a hosted channel into one's own centre: who has proven an address there is sent on, others are told how to prove one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from lanka.channels.base import Forged
from lanka.channels.models import Line
from lanka.channels.presence import Hosts
from lanka.channels.registry import all_channels, view
from lanka.customers.models import Customer, Identifier, Kind
from lanka.decide.links import preference_url
from lanka.decide.reach import bases_of
from lanka.pages.page import gone, opened, page

PROOF = (Kind.EMAIL, Kind.PHONE, Kind.CARD, Kind.CRM)


@opened
def preferences_at(request: HttpRequest, line: str) -> HttpResponse:
    """POST `token`: the visitor's own. A browser alone is nobody in particular: there is nothing to choose for yet."""
    found = Line.objects.filter(token=line, enabled=True).first()
    host = all_channels().get(found.kind) if found else None
    if found is None or not isinstance(host, Hosts):
        return gone(request)
    try:
        address = host.visitor(view(found), request.POST.get("token", ""))
    except Forged:
        return gone(request)
    customer = proven(address)
    if customer is None:
        return page(request, "pages/preferences/prove.html", {}, status=403)
    return HttpResponseRedirect(preference_url(customer))


def proven(address: str) -> Customer | None:
    """Whose browser this is, when something more than the browser says so."""
    browser = Identifier.objects.filter(kind=Kind.VISITOR, value=address).select_related("customer").first()
    if browser is None or not Identifier.objects.filter(customer__in=bases_of(browser.customer_id), kind__in=PROOF).exists():
        return None
    return browser.customer
