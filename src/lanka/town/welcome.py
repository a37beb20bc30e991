"""What `./lanka demo` says: where to look and whom to sign in as."""

from __future__ import annotations

from lanka import config
from lanka.town.company import DOMAIN, PASSWORD, STAFF


def welcome() -> str:
    width = max(len(key) for key, *_ in STAFF) + len(DOMAIN) + 2
    people = "\n".join(f"    {key + '@' + DOMAIN:<{width}} {name}, {role.label.lower()}" for key, name, _, role, *_ in STAFF)
    return f"""
  The agents' desk     {config.PUBLIC_URL}/desk/
  The customers' town  {config.PUBLIC_URL}/town/
  The five-step tour   {config.PUBLIC_URL}/town/tour/

  Sign in as one of these, all with the password {PASSWORD}
{people}
"""
