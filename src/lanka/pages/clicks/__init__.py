"""Our own links in messages: told, and led on at once."""
