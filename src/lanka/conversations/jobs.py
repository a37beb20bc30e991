"""What the clock does in this room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from lanka.conversations.follow import follow_unseen
from lanka.conversations.snooze import wake_due


@app.periodic(cron="* * * * *")  # each minute
@app.task(queueing_lock="conversations.wake", pass_context=False)
def wake(timestamp: int) -> None:
    wake_due()


@app.periodic(cron="*/1 * * * * */20")  # each twenty seconds
@app.task(queueing_lock="conversations.follow", pass_context=False)
def follow(timestamp: int) -> None:
    follow_unseen()
