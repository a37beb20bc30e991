"""What the company says: brands, answers, templates; one content composed for every channel.

Nouns: Brand, Answer, Template, Version, Remark. A text is blocks (`blocks.py`) with personal fields (`fields.py`, `liquid.py`).
`prepare.prepare(texts, language, can, brand)` does once what is the same for all; `Prepared.fill(values, links)` makes one person's.
`check.findings` says before sending what is wrong; `again.again` shows a message as it was. Of a template: `draft.keep`,
`ask.ask`, `approve.approve` and `refuse`, `template.make`, `copy`, `retire`, `remark`. Agents' replies: `compose.html`, `fill`, `tokens`.

Content knows no customer: values are plain data of the caller. Shapes: `Links` and `Composed` in `prepare.py`.
"""
