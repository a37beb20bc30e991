"""What happened: one append-only table, in the order it happened.

Nouns: Event, MessageId, Cursor. Verbs: `record.record` writes, `read.news_for` lets a higher room follow what happened
(news comes up; nobody calls upward).
"""
