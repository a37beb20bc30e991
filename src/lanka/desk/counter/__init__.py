"""The counter: a tablet in the shop. A code, a number or a name opens the person; what happens is told like a till tells it."""
