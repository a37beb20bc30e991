"""The company speaks first: who is meant, what is said to them when, and the ways that people are led along.

Nouns: Segment (a rule, its Members and their next Moments), Campaign (Variants, Steps), Journey (Editions, Travellers). Whatever
goes out passes `decide`: outreach makes a `decide.Message`, never a delivery.
"""
