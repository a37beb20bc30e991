-- How they want to hear of it. What was chosen for the topic goes before what was chosen for everything, field by field; what
-- behaviour implies only sorts the topic's own channels, and only where nobody chose.
preferred AS MATERIALIZED (
  SELECT DISTINCT ON (b.root, p.topic_id IS NULL) b.root, p.topic_id IS NULL AS general, p.channels::text AS channels, p.language, p.frequency,
    p.pause_until
  FROM customers_preference p JOIN bases b ON b.base = p.customer_id
  WHERE p.replaced_at IS NULL AND (p.topic_id = %(topic)s OR p.topic_id IS NULL) AND p.customer_id BETWEEN %(low)s AND %(high)s
  ORDER BY b.root, p.topic_id IS NULL, p.at DESC, p.id DESC
),
leaning AS (
  SELECT root, string_agg(channel, ',' ORDER BY channel) FILTER (WHERE score >= %(liked)s) AS likes,
    string_agg(channel, ',' ORDER BY channel) FILTER (WHERE score <= %(disliked)s) AS dislikes
  FROM (
    SELECT DISTINCT ON (b.root, i.channel) b.root, i.channel, i.score
    FROM customers_implied i JOIN bases b ON b.base = i.customer_id WHERE i.customer_id BETWEEN %(low)s AND %(high)s
    ORDER BY b.root, i.channel, i.at DESC, i.id DESC
  ) newest GROUP BY root
),
wanting AS MATERIALIZED (
  SELECT p.root, p.place, p.erased, coalesce(nullif(own.language, ''), nullif(general.language, ''), p.language) AS language,
    (CASE WHEN own.channels <> '{}' THEN 'T' || own.channels WHEN general.channels <> '{}' THEN 'A' || general.channels ELSE 'A{}' END)
      || coalesce('+' || leaning.likes, '') || coalesce('-' || leaning.dislikes, '') AS wish,
    CASE WHEN coalesce(nullif(own.frequency, ''), general.frequency) = ANY(%(paces)s::text[])
      THEN coalesce(nullif(own.frequency, ''), general.frequency) ELSE 'now' END AS pace,
    CASE %(pauses)s WHEN 'all' THEN greatest(own.pause_until, general.pause_until) WHEN 'topic' THEN own.pause_until END AS paused
  FROM people p
  LEFT JOIN preferred own ON own.root = p.root AND NOT own.general
  LEFT JOIN preferred general ON general.root = p.root AND general.general
  LEFT JOIN leaning ON leaning.root = p.root
),
-- people who want the same way are one row here: 'T{sms,letter}' chosen for the topic, 'A{}+sms-email' not chosen, as behaviour has it
wishes AS MATERIALIZED (
  SELECT w.*, (row_number() OVER ())::int AS no, ranked.kinds, ranked.slots, coalesce(ranked.bits, 0) AS bits
  FROM (
    SELECT wish, wish LIKE 'T%%' AS of_topic, substring(wish FROM '\{.*\}')::text[] AS chosen,
      string_to_array(coalesce(substring(wish FROM '\+([^-]*)'), ''), ',') AS likes,
      string_to_array(coalesce(substring(wish FROM '-(.*)'), ''), ',') AS dislikes
    FROM (SELECT DISTINCT wish FROM wanting) alike
  ) w
  CROSS JOIN LATERAL (
    SELECT array_agg(kind ORDER BY place) AS kinds, array_agg(no ORDER BY place) AS slots, bit_or(bit) AS bits FROM (
      SELECT s.*, CASE WHEN w.chosen = '{}'
          THEN 100 * (1 - (s.kind = ANY(w.likes))::int + (s.kind = ANY(w.dislikes))::int) + coalesce(s.usual, 50 + s.no)
          ELSE coalesce(array_position(w.chosen, s.kind), 500 + coalesce(s.usual, 50 + s.no)) END AS place
      FROM slots s
      WHERE %(last_resort)s OR CASE WHEN w.chosen = '{}' THEN s.usual IS NOT NULL ELSE s.kind = ANY(w.chosen) END
    ) wanted
  ) ranked
)
