"""May we, on which channel, when, and why.

Nouns: Message (what is to be said), Verdict (one person, one message, with its reasons), Suppression. Verbs: `reach.reach` lists the
ways to reach a person now, the best one first chosen, the closed ones with the reason; `suppress.suppress` and `suppress.lift` say
which addresses must not be written to.
"""
