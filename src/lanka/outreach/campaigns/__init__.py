"""A campaign: one thing said once to an audience. It makes a `decide.Message` a variant, asks `decide` about everybody, and never
makes a delivery itself.

Verbs: `draft.save`, `schedule.schedule`, `control.pause`, `resume`, `stop`, `retry`. The worker's: `carry_on.carry_on`. Readings:
`snapshot.snapshot` (who would get it, before the button is pressed), `books.books`, `report.report`, `chance.judge_test`.

Who comes into the segments before it starts is written to; who comes later is not. Who leaves before it starts is not written to.
"""
