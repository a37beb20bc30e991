"""The preference centre: what one hears, by which channels, how often, and why. Opened by a signed link; works without a script."""
