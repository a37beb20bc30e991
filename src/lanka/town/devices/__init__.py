"""What the customers hold in their hands. Each device runs or reaches a channel's fake and speaks the real protocol with Lanka.

A device has `start()`, `stop()`, `collect()` (what came in since the last look goes into `town_item`) and its own verbs.
"""
