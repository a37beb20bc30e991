"""The back door: verdicts and answers become deliveries, are sent, retried and settled; receipts move them on.

Nouns: Delivery (state only moves forward), Attempt (written before the provider is called), Bucket, Trouble, Link. Verbs:
`promise.promise_due` (verdicts → outbox), `plan.plan` (an agent's answer), `send.deliver_next` (the worker's loop),
`recover.end_leases`, `trouble.take_over`, `receipts.take_receipt`, `again.send_again`, `books.books`.
"""
