"""The house's own rules as code. Each check returns complaints, each with a place and what is wanted."""
