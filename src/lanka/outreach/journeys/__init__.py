"""Journeys: ways that people are led along by rules that wait for them, for a minute or for years.

`graph` is what is drawn; `plan` makes it walkable; `walk` is the pure engine that `due` (the clock), `news` (what happened) and
`simulate` (a year in a second) all run on; `enter` lets people in; `publish` asks what becomes of those inside.
"""
