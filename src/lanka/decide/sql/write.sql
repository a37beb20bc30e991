written AS (
  INSERT INTO decide_verdict (message_id, customer_id, occurrence, outcome, reason, line_id, address, language, send_at, ladder, because, decided_at)
  SELECT %(message)s, root, %(occurrence)s, outcome, reason, line, address, language, send_at, ladder,
    CASE WHEN %(values)s::jsonb IS NULL OR outcome = 3 THEN because ELSE because || jsonb_build_object('values', %(values)s::jsonb) END, %(at)s
  FROM verdicts WHERE NOT %(again)s ORDER BY root
),
rewritten AS (
  UPDATE decide_verdict d SET outcome = v.outcome, reason = v.reason, line_id = v.line, address = v.address, language = v.language,
    send_at = v.send_at, ladder = v.ladder, 
    because = CASE WHEN d.because ? 'values' THEN v.because || jsonb_build_object('values', d.because -> 'values') ELSE v.because END, decided_at = %(at)s
  FROM verdicts v WHERE %(again)s AND d.message_id = %(message)s AND d.customer_id = v.root AND d.occurrence = %(occurrence)s
    AND d.customer_id BETWEEN %(low)s AND %(high)s
),
-- whose place was taken is asked again at once: perhaps there is another hour for it
displaced AS (
  UPDATE decide_verdict d SET outcome = 2, reason = 14, line_id = NULL, send_at = %(at)s, decided_at = %(at)s,
    because = jsonb_strip_nulls(jsonb_build_object('message', %(message)s::bigint, 'values', d.because -> 'values'))
  FROM rivals r JOIN verdicts v ON v.root = r.root AND v.outcome = 1
  WHERE EXISTS (SELECT FROM rivals WHERE weaker) AND d.id = r.id AND r.weaker AND d.outcome = 1 AND d.taken_at IS NULL AND d.customer_id BETWEEN %(low)s AND %(high)s
  RETURNING d.id
)
