-- When it may reach them at the earliest: worked out once for each country, zone and pace (`when.py`).
clocks AS MATERIALIZED (
  SELECT * FROM unnest(%(clock_country)s::text[], %(clock_zone)s::text[], %(clock_pace)s::text[], %(clock_at)s::timestamptz[],
    %(clock_because)s::jsonb[]) AS c(country, zone, pace, send_at, because)
),
timed AS MATERIALIZED (
  SELECT w.*, c.send_at, c.because AS late FROM wanting w LEFT JOIN clocks c USING (country, zone, pace)
)
