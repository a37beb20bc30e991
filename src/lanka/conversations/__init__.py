"""Who answers, by when: one thread, every channel.

Nouns: Conversation, Draft, Seen, Mention. Verbs, one a file: `join` (a message comes in), `start`, `reply`, `note`,
`assign`, `snooze`, `close` and `reopen`, `tag`, `merge`, `see`. `find` says which conversation a message belongs to.
Each verb locks the row, changes it, writes an event on the timeline and tells the live desk, in one transaction.
"""
