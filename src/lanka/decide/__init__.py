"""May we, on which channel, when, and why.

Nouns: Message (what is to be said), Verdict (one person, one message, with its reasons), Rules (what the house allows itself),
Suppression. `judge.judge` decides for any number of people and writes their verdicts, `judge.judge_one` for one and only supposes;
`held` asks again what waits, `fallback.next_way` takes the next channel, `words.explain` says why. `by_hand` is the same decision in
plain Python: the specification. For an agent's answer `reach.reach` lists the ways to reach a person now. `suppress.suppress` and
`suppress.lift` say which addresses must not be written to; `consent`, `prefer` and `choose` are the verbs of choice.
"""
