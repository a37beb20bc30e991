"""Inside the house that is being killed, in a process of its own: migrates, and makes a campaign of so many people to a port."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lanka.settings")

import django

django.setup()

from bench import crowd  # noqa: E402
from django.core.management import call_command  # noqa: E402


def campaign(people: int, port: int) -> None:
    call_command("migrate", verbosity=0)
    mail = {"address": "news@pyorapolku.example", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
    line = crowd.line_to("email", **mail)
    crowd.people(people)
    crowd.verdicts(crowd.message().pk, line.pk)


if __name__ == "__main__":
    campaign(*map(int, sys.argv[1:]))
    print("true")
