-- The addresses, the newest one that is not blocked for each slot; `have` and `open` are the slots with an address, and with one
-- that may be written to.
told AS (
  SELECT b.root, s.no, s.bit, i.value AS address, i.id, coalesce(blocked.why, CASE WHEN sealed.id IS NOT NULL THEN 'closed before' END) AS why
  FROM bases b
  JOIN customers_identifier i ON i.customer_id = b.base AND i.customer_id BETWEEN %(low)s AND %(high)s
  JOIN slots s ON s.identifier = i.kind AND NOT s.paper AND (s.prefix = '' OR starts_with(i.value, s.prefix))
  LEFT JOIN decide_suppression blocked ON blocked.kind = s.sort AND blocked.value = i.value AND blocked.lifted_at IS NULL
  LEFT JOIN decide_suppression sealed ON %(any_sealed)s AND sealed.kind = s.sort AND sealed.lifted_at IS NULL  -- `seal.py`
    AND sealed.value = 'sealed:' || encode(sha256(%(seal_outer)s || sha256(%(seal_inner)s || convert_to(s.sort || ':' || i.value, 'UTF8'))), 'hex')
),
homes AS (
  SELECT DISTINCT ON (b.root) b.root, f.id, f.value, p.name
  FROM bases b
  JOIN customers_fact f ON f.customer_id = b.base AND f.kind = 'address' AND f.customer_id BETWEEN %(low)s AND %(high)s
  JOIN customers_customer p ON p.id = b.root AND p.id BETWEEN %(low)s AND %(high)s
  WHERE %(paper)s
  ORDER BY b.root, f.at DESC, f.id DESC
),
posted AS (
  SELECT h.root, h.id, concat_ws(E'\n', coalesce(nullif(h.value ->> 'name', ''), nullif(h.name, '')), nullif(h.value ->> 'co', ''),
    nullif(h.value ->> 'street', ''),
    nullif(concat_ws(' ', nullif(h.value ->> 'postcode', ''), nullif(h.value ->> 'town', '')), ''), nullif(h.value ->> 'country', '')) AS lines
  FROM homes h WHERE coalesce(h.value ->> 'street', '') <> ''
),
ways AS MATERIALIZED (
  SELECT DISTINCT ON (root, no) root, no, bit, address, why FROM (
    SELECT * FROM told
    UNION ALL
    SELECT p.root, s.no, s.bit, p.lines, p.id, coalesce(blocked.why, CASE WHEN sealed.id IS NOT NULL THEN 'closed before' END)
    FROM posted p JOIN slots s ON s.paper
    LEFT JOIN decide_suppression blocked ON blocked.kind = s.sort AND blocked.value = p.lines AND blocked.lifted_at IS NULL
    LEFT JOIN decide_suppression sealed ON %(any_sealed)s AND sealed.kind = s.sort AND sealed.lifted_at IS NULL
      AND sealed.value = 'sealed:' || encode(sha256(%(seal_outer)s || sha256(%(seal_inner)s || convert_to(s.sort || ':' || p.lines, 'UTF8'))), 'hex')
  ) every
  ORDER BY root, no, why IS NOT NULL, id DESC
),
reached AS (
  SELECT root, bit_or(bit) AS have, coalesce(bit_or(bit) FILTER (WHERE why IS NULL), 0) AS open, min(why) AS blocked FROM ways GROUP BY root
)
