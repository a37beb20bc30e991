-- What else they get. A promise to send counts, whatever its channel and campaign; the windows roll, so 23:00 and 00:01 are one
-- evening. What is planned within the window after counts too: no window anywhere holds more than `most`.
caps AS MATERIALIZED (
  SELECT *, -span AS before FROM unnest(%(cap_no)s::int[], %(cap_scope)s::text[], %(cap_kind)s::text[], %(cap_span)s::interval[], %(cap_most)s::int[])
    AS c(no, scope, kind, span, most)
),
others AS MATERIALIZED (
  SELECT m.id, m.topic_id = %(topic)s AS of_topic, t.counts, coalesce(m.priority, t.priority) AS priority, m.withdrawn_at,
    CASE WHEN m.topic_id = %(topic)s THEN %(since)s ELSE %(since_of_others)s END::timestamptz AS since
  FROM decide_message m JOIN customers_topic t ON t.id = m.topic_id
  WHERE %(capped)s AND (t.counts OR m.topic_id = %(topic)s) AND (m.expires_at IS NULL OR m.expires_at > %(since)s)
),
-- `gap`: how long before our hour, less than nothing where it is planned for later
recent AS MATERIALIZED (
  SELECT t.root, t.send_at AS moment, v.send_at, t.send_at - v.send_at AS gap, o.counts, o.of_topic, l.kind
  FROM decide_verdict v JOIN bases b ON b.base = v.customer_id
  JOIN others o ON o.id = v.message_id AND v.send_at > o.since AND (o.withdrawn_at IS NULL OR v.send_at < o.withdrawn_at)
  JOIN timed t ON t.root = b.root
  LEFT JOIN channels_line l ON l.id = v.line_id
  WHERE %(capped)s AND v.customer_id BETWEEN %(low)s AND %(high)s AND v.outcome = 1 AND v.send_at > %(since)s /* own */
),
filled AS MATERIALIZED (
  SELECT hit.root, hit.no, c.kind, c.span, c.most, hit.n, hit.moment, hit.first + c.span AS until
  FROM (
    SELECT r.root, c.no, count(*) AS n, min(r.send_at) AS first, min(r.moment) AS moment
    FROM recent r
    JOIN caps c ON r.gap < c.span AND r.gap > c.before
      AND CASE c.scope WHEN 'all' THEN r.counts WHEN 'topic' THEN r.of_topic ELSE r.counts AND r.kind = c.kind END
    GROUP BY r.root, c.no
  ) hit JOIN caps c ON c.no = hit.no AND hit.n >= c.most
),
-- the ways that are full; a message takes nobody's place there, it goes another way
filled_ways AS (
  SELECT f.root, bit_or(s.bit) AS bits, min(f.until) AS until FROM filled f JOIN slots s ON s.kind = f.kind WHERE f.kind <> '' GROUP BY f.root
),
-- what is planned and of less weight gives up its place
rivals AS MATERIALIZED (
  SELECT f.root, f.no, v.id, o.priority < %(priority)s AS weaker, o.id AS message, v.send_at
  FROM decide_verdict v JOIN bases b ON b.base = v.customer_id
  JOIN filled f ON f.root = b.root AND f.kind = '' AND f.moment - v.send_at < f.span AND f.moment - v.send_at > -f.span
  JOIN caps c ON c.no = f.no
  JOIN others o ON o.id = v.message_id AND o.withdrawn_at IS NULL AND CASE c.scope WHEN 'all' THEN o.counts ELSE o.of_topic END
  WHERE v.customer_id BETWEEN %(low)s AND %(high)s AND v.outcome = 1 AND v.taken_at IS NULL AND v.send_at > %(at)s /* own */
),
crowded AS (
  SELECT f.root, bool_or(f.n - coalesce(r.weaker, 0) >= f.most) AS closed, max(f.until) AS until,
    coalesce(bool_or(r.stronger > 0), false) AS outranked,
    jsonb_agg(jsonb_strip_nulls(jsonb_build_object('n', f.n, 'most', f.most, 'days', extract(epoch FROM f.span) / 86400, 'message', r.message))
      ORDER BY f.no) AS because
  FROM filled f LEFT JOIN (
    SELECT root, no, count(*) FILTER (WHERE weaker) AS weaker, count(*) FILTER (WHERE NOT weaker) AS stronger,
      (array_agg(message ORDER BY send_at DESC, message DESC) FILTER (WHERE NOT weaker))[1] AS message
    FROM rivals GROUP BY root, no
  ) r USING (root, no)
  WHERE f.kind = '' GROUP BY f.root
)
