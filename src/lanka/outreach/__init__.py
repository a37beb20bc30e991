"""The company speaks first: who is meant, what is said to them when, and the ways that people are led along.

Nouns: Segment (a rule, its Members and their next Moments), Campaign (Variants, Steps), Journey (Editions, Travellers). Whatever
goes out passes `decide`: outreach makes a `decide.Message`, never a delivery.

Verbs of segments: `save.make`, `change`, `retire`; `build.build` from the beginning, `follow` by news and time, `trial.trial` while one
types. `fits.fitting(rule, people)` asks a rule about somebody now; `sentence.sentence(rule)` says it. Then `campaigns/`, `journeys/`.
"""
