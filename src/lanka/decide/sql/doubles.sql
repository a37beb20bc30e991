-- The same already said, or about to be: another message of the same purpose or with the same words. One that is said again on
-- purpose has another occurrence.
doubles AS (
  SELECT DISTINCT ON (b.root) b.root, v.message_id AS message, v.send_at
  FROM decide_verdict v JOIN bases b ON b.base = v.customer_id JOIN timed t ON t.root = b.root
  WHERE v.message_id = ANY(%(same)s::bigint[]) AND v.customer_id BETWEEN %(low)s AND %(high)s AND v.outcome = 1 AND t.send_at - v.send_at < %(double_span)s::interval AND v.send_at - t.send_at < %(double_span)s::interval
    AND (v.occurrence = %(occurrence)s OR v.occurrence = '' OR %(occurrence)s = '')
    AND (v.message_id <> %(message)s OR v.customer_id <> b.root AND v.occurrence = %(occurrence)s)
  ORDER BY b.root, v.send_at DESC, v.message_id DESC
)
