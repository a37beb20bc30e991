"""Colleagues and teams: inviting, roles, who is in use. Nobody can take away the last administrator or lock themselves out."""
