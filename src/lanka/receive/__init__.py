"""The front door. Raw first: stored as it came, before it is acknowledged; understood once, repeatably; never dropped.

Nouns: RawItem, Quarantine. `edge` takes webhooks and what channels serve, `store` makes it durable in groups, `lines`
knows the configured lines, `understand` turns a raw item into messages, happenings and receipts, or quarantines it.
"""
