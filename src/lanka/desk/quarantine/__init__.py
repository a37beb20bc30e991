"""What arrived and could not be understood: why, what it was, and once more."""
