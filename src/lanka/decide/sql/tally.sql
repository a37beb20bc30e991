SELECT v.outcome, v.reason, v.line, count(*), min(v.root), max(v.root), min(v.send_at), max(v.send_at), 0 FROM verdicts v GROUP BY 1, 2, 3
