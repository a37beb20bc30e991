"""The audit trail: who did what that matters for security or privacy."""
