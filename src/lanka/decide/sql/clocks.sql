-- When it may reach them at the earliest: worked out once for each place and pace (`when.py`). From here on a person is a few numbers.
clocks AS MATERIALIZED (
  SELECT * FROM unnest(%(clock_no)s::int[], %(clock_place)s::int[], %(clock_pace)s::text[], %(clock_at)s::timestamptz[],
    %(clock_because)s::jsonb[]) AS c(no, place, pace, send_at, because)
),
timed AS MATERIALIZED (
  SELECT w.root, w.language, w.paused, w.erased, c.send_at, c.no AS clock, wishes.no AS wish
  FROM wanting w LEFT JOIN clocks c ON c.place = w.place AND c.pace = w.pace LEFT JOIN wishes ON wishes.wish = w.wish
)
