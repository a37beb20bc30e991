"""The simulated outside world: a demo company, its customers, their phones, mailboxes, letterboxes and walks to the counter.

Two halves. The *past* (`seed`): company, people and two years of history, written set-based into an empty database.
The *present* (`townd`): one process that runs the channels' fakes; whatever a customer does there goes over the real
protocols into the same front door as in production, never into a table.

Verbs: `seed.seed`, `welcome.welcome`, `world.run`. Pages: `/town/` (only with LANKA_DEMO=1).
"""
