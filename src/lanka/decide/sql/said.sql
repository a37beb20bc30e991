-- What they said to this topic: of several bases, and of 'every channel' and the channel itself, the newest word decides.
said AS MATERIALIZED (
  SELECT DISTINCT ON (b.root, s.channel) b.root, s.channel, s.granted, s.at, s.consent_id
  FROM customers_standing s JOIN bases b ON b.base = s.customer_id
  WHERE s.topic_id = %(topic)s AND s.customer_id BETWEEN %(low)s AND %(high)s AND %(heeds_words)s
  ORDER BY b.root, s.channel, s.at DESC, s.consent_id DESC
),
said_of_all AS (SELECT * FROM said WHERE channel = ''),
said_of_one AS (
  SELECT one.root, coalesce(bit_or(s.bit) FILTER (WHERE one.granted), 0) AS yes, coalesce(bit_or(s.bit) FILTER (WHERE NOT one.granted), 0) AS no,
    max(one.at) AS at
  FROM said one JOIN slots s ON s.kind = one.channel LEFT JOIN said_of_all every ON every.root = one.root
  WHERE one.channel <> '' AND (every.root IS NULL OR (one.at, one.consent_id) > (every.at, every.consent_id))
  GROUP BY one.root
)
