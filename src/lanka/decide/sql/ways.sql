-- Every address, and why it is blocked. `have` and `open` are the slots with an address, and with one that may be written to. A
-- postal address is only written out for those who get a letter.
homes AS (
  SELECT DISTINCT ON (b.root) b.root, f.id, f.value
  FROM customers_fact f JOIN bases b ON b.base = f.customer_id
  WHERE f.kind = 'address' AND f.customer_id BETWEEN %(low)s AND %(high)s AND %(paper)s
  ORDER BY b.root, f.at DESC, f.id DESC
),
ways AS MATERIALIZED (
  SELECT b.root, s.no, s.bit, i.value AS address, NULL::jsonb AS home, i.id, coalesce(blocked.why, CASE WHEN sealed.id IS NOT NULL THEN 'closed before' END) AS why
  FROM customers_identifier i JOIN bases b ON b.base = i.customer_id
  JOIN slots s ON s.identifier = i.kind AND NOT s.paper AND (s.prefix = '' OR starts_with(i.value, s.prefix))
  LEFT JOIN decide_suppression blocked ON blocked.kind = s.sort AND blocked.value = i.value AND blocked.lifted_at IS NULL
  LEFT JOIN decide_suppression sealed ON %(any_sealed)s AND sealed.kind = s.sort AND sealed.lifted_at IS NULL  -- `seal.py`: whose owner was forgotten
    AND sealed.value = 'sealed:' || encode(sha256(%(seal_outer)s || sha256(%(seal_inner)s || convert_to(s.sort || ':' || i.value, 'UTF8'))), 'hex')
  WHERE i.customer_id BETWEEN %(low)s AND %(high)s
  UNION ALL
  SELECT h.root, s.no, s.bit, NULL, h.value, h.id, NULL FROM homes h JOIN slots s ON s.paper
  WHERE h.value ->> 'street' <> '' AND NOT %(blocked_post)s
  UNION ALL
  SELECT h.root, s.no, s.bit, NULL, h.value, h.id, coalesce(blocked.why, CASE WHEN sealed.id IS NOT NULL THEN 'closed before' END)
  FROM homes h JOIN slots s ON s.paper JOIN customers_customer c ON c.id = h.root AND c.id BETWEEN %(low)s AND %(high)s
  LEFT JOIN decide_suppression blocked ON blocked.kind = s.sort AND blocked.value = decide_post(h.value, c.name) AND blocked.lifted_at IS NULL
  LEFT JOIN decide_suppression sealed ON %(any_sealed)s AND sealed.kind = s.sort AND sealed.lifted_at IS NULL
    AND sealed.value = 'sealed:' || encode(sha256(%(seal_outer)s || sha256(%(seal_inner)s || convert_to(s.sort || ':' || decide_post(h.value, c.name), 'UTF8'))), 'hex')
  WHERE h.value ->> 'street' <> '' AND %(blocked_post)s
),
reached AS (
  SELECT root, bit_or(bit) AS have, coalesce(bit_or(bit) FILTER (WHERE why IS NULL), 0) AS open, min(why) AS blocked FROM ways GROUP BY root
)
