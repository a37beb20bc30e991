-- The way, once for all who are alike; then the first step that says something settles it (`reasons.py` has the numbers).
placed AS MATERIALIZED (
  SELECT t.*, coalesce(r.have, 0) AS have, coalesce(r.open, 0) AS open, r.blocked,
    coalesce(filled_ways.bits, 0) AS full_ways, filled_ways.until AS ways_until, greatest(every.at, one.at) AS said_at,
    CASE WHEN NOT %(heeds_words)s THEN %(every)s
      ELSE (CASE WHEN coalesce(every.granted, %(unasked)s) THEN %(every)s ELSE 0 END & ~coalesce(one.no, 0)) | coalesce(one.yes, 0) END AS allowed
  FROM timed t
  LEFT JOIN reached r ON r.root = t.root
  LEFT JOIN said_of_all every ON every.root = t.root
  LEFT JOIN said_of_one one ON one.root = t.root
  LEFT JOIN filled_ways ON filled_ways.root = t.root
),
picks AS MATERIALIZED (
  SELECT alike.*, (row_number() OVER ())::int AS no, w.slots, found.ladder, found.kinds, s.line, s.kind,
    CASE WHEN have = 0 THEN 23 WHEN have & allowed = 0 THEN 24 WHEN have & allowed & open = 0 THEN 27
      WHEN have & allowed & open & w.bits = 0 THEN 28 WHEN found.ladder IS NULL THEN 13
      WHEN w.chosen <> '{}' AND s.kind = ANY(w.chosen) THEN CASE WHEN w.of_topic THEN 1 ELSE 2 END
      WHEN s.kind = ANY(w.likes) THEN 3 ELSE 4 END AS reason,
    jsonb_strip_nulls(jsonb_build_object('wanted', w.kinds, 'passed', found.passed)) AS because
  FROM (SELECT DISTINCT wish, have, allowed, open, full_ways FROM placed) alike
  JOIN wishes w ON w.no = alike.wish
  CROSS JOIN LATERAL (
    SELECT array_agg(o.no ORDER BY o.place) FILTER (WHERE o.bit & have & allowed & open & ~full_ways <> 0) AS ladder,
      array_agg(o.kind ORDER BY o.place) FILTER (WHERE o.bit & have & allowed & open & ~full_ways <> 0) AS kinds,
      jsonb_object_agg(o.kind, CASE WHEN o.bit & have = 0 THEN 'address' WHEN o.bit & allowed = 0 THEN 'words'
        WHEN o.bit & open = 0 THEN 'blocked' ELSE 'cap' END) FILTER (WHERE o.bit & have & allowed & open & ~full_ways = 0) AS passed
    FROM (SELECT s.no, s.bit, s.kind, u.place FROM unnest(w.slots) WITH ORDINALITY AS u(no, place) JOIN slots s ON s.no = u.no) o
  ) found
  LEFT JOIN slots s ON s.no = found.ladder[1]
),
settled AS MATERIALIZED (
  SELECT p.root, p.language, p.send_at, p.clock, p.paused, p.blocked, p.said_at, p.ways_until, k.no AS pick, k.ladder[1] AS slot,
    d.message AS double, d.send_at AS double_at, c.until, c.because AS crowd,
    CASE WHEN %(withdrawn)s THEN 20 WHEN p.erased THEN 21 WHEN dead.root IS NOT NULL THEN 22 WHEN %(every)s = 0 THEN 31
      WHEN k.reason = 24 AND p.allowed <> 0 THEN 26 WHEN k.reason = 24 AND p.said_at IS NOT NULL THEN 25
      WHEN k.reason BETWEEN 20 AND 39 THEN k.reason
      WHEN p.paused > p.send_at THEN 10
      WHEN d.root IS NOT NULL THEN 29
      WHEN p.send_at > %(expires)s THEN 30
      WHEN c.closed THEN CASE WHEN c.outranked THEN 12 ELSE 11 END
      ELSE k.reason END AS reason
  FROM placed p
  LEFT JOIN picks k ON k.wish = p.wish AND k.have = p.have AND k.allowed = p.allowed AND k.open = p.open AND k.full_ways = p.full_ways
  LEFT JOIN dead ON dead.root = p.root
  LEFT JOIN doubles d ON d.root = p.root
  LEFT JOIN crowded c ON c.root = p.root
),
-- the newest of the addresses that are open there
addresses AS (
  SELECT DISTINCT ON (s.root) s.root, w.address, w.home
  FROM settled s JOIN ways w ON w.root = s.root AND w.no = s.slot AND w.why IS NULL WHERE s.reason < 10 ORDER BY s.root, w.id DESC
),
letters AS (
  SELECT a.root, decide_post(a.home, c.name) AS address
  FROM addresses a JOIN customers_customer c ON c.id = a.root AND c.id BETWEEN %(low)s AND %(high)s WHERE a.home IS NOT NULL
),
-- what people have in common is said once: the way and the hour
told AS (
  SELECT k.no AS pick, c.no AS clock, k.line, k.kinds[2:] AS ladder, k.because || c.because AS because FROM picks k CROSS JOIN clocks c
),
verdicts AS MATERIALIZED (
  SELECT s.root, CASE WHEN s.reason < 10 THEN 1 WHEN s.reason < 20 AND asked.at <= %(expires)s THEN 2 ELSE 3 END::smallint AS outcome,
    s.reason::smallint AS reason, CASE WHEN s.reason < 10 THEN k.line END AS line, coalesce(w.address, l.address, '') AS address,
    s.language, CASE WHEN s.reason < 10 THEN s.send_at WHEN s.reason < 20 THEN asked.at END AS send_at,
    CASE WHEN s.reason < 10 THEN k.ladder ELSE '{}' END AS ladder,
    CASE WHEN s.reason < 10 THEN k.because
      WHEN s.reason = 10 THEN jsonb_build_object('until', s.paused)
      WHEN s.reason IN (11, 12) THEN jsonb_build_object('caps', s.crowd, 'until', s.until)
      WHEN s.reason = 13 THEN k.because || jsonb_build_object('until', s.ways_until)
      WHEN s.reason IN (25, 26) THEN jsonb_build_object('at', s.said_at)
      WHEN s.reason = 27 THEN jsonb_build_object('why', s.blocked)
      WHEN s.reason = 28 THEN k.because
      WHEN s.reason = 29 THEN jsonb_build_object('message', s.double, 'at', s.double_at)
      WHEN s.reason = 30 THEN k.because || jsonb_build_object('at', s.send_at)
      ELSE '{}' END AS because
  FROM settled s
  LEFT JOIN told k ON k.pick = s.pick AND k.clock = s.clock
  LEFT JOIN addresses w ON w.root = s.root
  LEFT JOIN letters l ON l.root = s.root
  CROSS JOIN LATERAL (SELECT CASE s.reason WHEN 10 THEN s.paused WHEN 13 THEN s.ways_until ELSE s.until END AS at) asked
)
