-- What else they get. A promise to send counts, whatever its channel and campaign; the windows roll, so 23:00 and 00:01 are one
-- evening. What is planned within the window after counts too: no window anywhere holds more than `most`.
caps AS MATERIALIZED (
  SELECT * FROM unnest(%(cap_no)s::int[], %(cap_scope)s::text[], %(cap_kind)s::text[], %(cap_span)s::interval[], %(cap_most)s::int[])
    AS c(no, scope, kind, span, most)
),
others AS MATERIALIZED (
  SELECT m.id, m.topic_id, t.counts, coalesce(m.priority, t.priority) AS priority, m.withdrawn_at
  FROM decide_message m JOIN customers_topic t ON t.id = m.topic_id
  WHERE %(capped)s AND (t.counts OR m.topic_id = %(topic)s) AND (m.expires_at IS NULL OR m.expires_at > %(at)s - %(horizon)s::interval)
),
recent AS MATERIALIZED (
  SELECT b.root, v.send_at, o.id AS message, o.topic_id, o.counts, l.kind
  FROM bases b
  JOIN decide_verdict v ON v.customer_id = b.base AND v.customer_id BETWEEN %(low)s AND %(high)s
    AND v.outcome = 1 AND v.send_at > %(at)s - %(horizon)s::interval /* own */
  JOIN others o ON o.id = v.message_id AND (o.withdrawn_at IS NULL OR v.send_at < o.withdrawn_at)
  LEFT JOIN channels_line l ON l.id = v.line_id
  WHERE %(capped)s
),
filled AS MATERIALIZED (
  SELECT r.root, c.no, c.kind, c.span, c.most, count(*) AS n, min(r.send_at) + c.span AS until,
    (array_agg(r.message ORDER BY r.send_at DESC, r.message DESC))[1] AS message
  FROM recent r JOIN timed t ON t.root = r.root
  JOIN caps c ON CASE c.scope WHEN 'all' THEN r.counts WHEN 'topic' THEN r.topic_id = %(topic)s ELSE r.counts AND r.kind = c.kind END
  WHERE r.send_at > t.send_at - c.span AND r.send_at < t.send_at + c.span
  GROUP BY r.root, c.no, c.kind, c.span, c.most HAVING count(*) >= c.most
),
-- the ways that are full; a message takes nobody's place there, it goes another way
filled_ways AS (
  SELECT f.root, bit_or(s.bit) AS bits, min(f.until) AS until FROM filled f JOIN slots s ON s.kind = f.kind WHERE f.kind <> '' GROUP BY f.root
),
-- what is planned and of less weight gives up its place
rivals AS MATERIALIZED (
  SELECT f.root, f.no, v.id, o.priority < %(priority)s AS weaker, o.id AS message, v.send_at
  FROM filled f JOIN timed t ON t.root = f.root JOIN bases b ON b.root = f.root JOIN caps c ON c.no = f.no
  JOIN decide_verdict v ON v.customer_id = b.base AND v.outcome = 1 AND v.taken_at IS NULL AND v.send_at > %(at)s /* own */
  JOIN others o ON o.id = v.message_id AND o.withdrawn_at IS NULL AND CASE c.scope WHEN 'all' THEN o.counts ELSE o.topic_id = %(topic)s END
  WHERE f.kind = '' AND v.send_at > t.send_at - f.span AND v.send_at < t.send_at + f.span
),
crowded AS (
  SELECT f.root, bool_or(f.n - coalesce(r.weaker, 0) >= f.most) AS closed, max(f.until) AS until,
    coalesce(bool_or(r.stronger > 0), false) AS outranked,
    jsonb_agg(jsonb_build_object('n', f.n, 'most', f.most, 'days', extract(epoch FROM f.span) / 86400, 'message', coalesce(r.message, f.message))
      ORDER BY f.no) AS because
  FROM filled f LEFT JOIN (
    SELECT root, no, count(*) FILTER (WHERE weaker) AS weaker, count(*) FILTER (WHERE NOT weaker) AS stronger,
      (array_agg(message ORDER BY send_at DESC, message DESC) FILTER (WHERE NOT weaker))[1] AS message
    FROM rivals GROUP BY root, no
  ) r USING (root, no)
  WHERE f.kind = '' GROUP BY f.root
)
