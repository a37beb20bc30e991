-- Who is asked about: roots. Those who have an answer already are left out; when asked again, only those whose answer still waits
-- are taken.
people AS (
  SELECT c.id AS root, c.language, c.erased_at IS NOT NULL AS erased, p.place
  FROM unnest(%(people)s::bigint[]) AS asked(id) JOIN customers_customer c ON c.id = asked.id AND c.id BETWEEN %(low)s AND %(high)s
  LEFT JOIN unnest(%(places)s::int[], %(countries)s::text[], %(zones)s::text[]) AS p(place, country, zone)
    ON p.country = c.country AND p.zone = c.zone
  LEFT JOIN decide_verdict v ON v.message_id = %(message)s AND v.customer_id = c.id AND v.occurrence = %(occurrence)s
    AND v.customer_id BETWEEN %(low)s AND %(high)s
  WHERE CASE WHEN %(again)s THEN v.outcome < 3 AND v.taken_at IS NULL ELSE v.id IS NULL OR %(fresh)s END
),
bases AS MATERIALIZED (
  SELECT * FROM unnest(%(bases)s::bigint[], %(roots)s::bigint[]) AS b(base, root)
),
dead AS (
  SELECT DISTINCT b.root FROM customers_mark m JOIN bases b ON b.base = m.customer_id
  WHERE m.what = 'deceased' AND m.lifted_at IS NULL AND m.customer_id BETWEEN %(low)s AND %(high)s
)
