"""The back door: outbox, send, retry, receipts.

Nouns: Delivery (state only moves forward), Attempt (written before the provider is called). Verbs: `plan.plan`,
`send.deliver_next` (the worker's loop), `send.end_leases`, `receipts.take_receipt`, `again.send_again`, `books.books`.
"""
