"""What the clock does in this room."""

from __future__ import annotations

from procrastinate.contrib.django import app

from lanka.decide.held import ask_again
from lanka.decide.imply import imply_news


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="decide.imply", pass_context=False)
def imply(timestamp: int) -> None:
    imply_news()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="decide.held", pass_context=False)
def held(timestamp: int) -> None:
    ask_again()
