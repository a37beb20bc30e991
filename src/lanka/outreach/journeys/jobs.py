"""What the clock does for journeys; the worker calls it (`outreach/jobs.py` gathers the room's jobs)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from lanka.core import http
from lanka.outreach.journeys.crossings import read_crossings
from lanka.outreach.journeys.dates import let_in_by_date
from lanka.outreach.journeys.due import CHUNK, walk_due
from lanka.outreach.journeys.news import read_news
from lanka.outreach.journeys.past import let_in_past
from lanka.outreach.models import Edition

AT_ONCE = 200  # chunks in one job: a worker is never away from its other work for long


@app.periodic(cron="*/1 * * * * */5")
@app.task(queueing_lock="journeys.news", pass_context=False)
def journeys_read(timestamp: int) -> None:
    while read_news() or read_crossings():
        pass


@app.periodic(cron="*/1 * * * * */10")
@app.task(queueing_lock="journeys.walk", pass_context=False)
def journeys_walk(timestamp: int) -> None:
    for _ in range(AT_ONCE):
        if walk_due() < CHUNK:
            break


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="journeys.dates", pass_context=False)
def journeys_dates(timestamp: int) -> None:
    let_in_by_date()


@app.task(name="lanka.outreach.jobs.let_past_in", retry=RetryStrategy(max_attempts=5, exponential_wait=4), pass_context=False)
def let_past_in(edition: int, since: str) -> None:
    """Begun again after a crash it lets in who is missing: nobody comes in twice for the same reason."""
    let_in_past(Edition.objects.select_related("journey").get(pk=edition), since=datetime.fromisoformat(since))


@app.task(name="lanka.outreach.jobs.call_webhook", retry=RetryStrategy(max_attempts=12, exponential_wait=4), pass_context=False)
def call_webhook(url: str, body: dict[str, Any]) -> None:
    """An answer that is not 2xx is a failure and tried again; the key in the body stays the same."""
    with http.client() as client:
        client.post(url, json=body, headers={"idempotency-key": body["key"]}).raise_for_status()
