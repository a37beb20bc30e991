"""Once a night: where the fifths of the scores begin, and how large each segment is, for its trend."""

from __future__ import annotations

from procrastinate.contrib.django import app

from lanka.outreach.build import tell_size
from lanka.outreach.models import Segment
from lanka.outreach.scale import rescale


@app.periodic(cron="10 2 * * *")
@app.task(queueing_lock="segments.night", name="lanka.outreach.jobs.segments_night", pass_context=False)
def segments_night(timestamp: int) -> None:
    rescale()
    for segment in Segment.objects.filter(retired_at=None, built_at__isnull=False):
        segment.size = segment.members.count()
        segment.save(update_fields=["size"])
        tell_size(segment)
