"""What the clock does in this room: procrastinate looks here, the parts keep their own."""

from lanka.outreach.journeys.jobs import call_webhook, journeys_dates, journeys_read, journeys_walk, let_past_in
from lanka.outreach.nightly import segments_night

__all__ = ["call_webhook", "journeys_dates", "journeys_read", "journeys_walk", "let_past_in", "segments_night"]
