"""Who is it. A base customer never changes; an identifier points at its base for ever; that two bases are one person is a
link that can be withdrawn (HOUSE.md, law 3; docs/identity.md).

Verbs, one a file: `recognise` (one contact), `resolve_batch` (ten thousand), `merge`, `unmerge`, `split`, `claim`,
`proof_token` and `accept_proof`, `learn` (facts), `suggest` and `decide_review`, `mark_shared`, `erase`, `export`.
Readings: `person`, `people`, `find`, `open_reviews`.

The timeline lies above this room: verbs return what happened, and the caller records it ('person.merged',
'person.unmerged', 'fact', 'claim').
"""
