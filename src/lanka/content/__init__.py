"""What the company says: brands, answers; one content composed for one channel.

Nouns: Brand, Answer. Verbs: `compose.html`, `compose.fill`, `compose.tokens`; `hours.is_open`.
"""
