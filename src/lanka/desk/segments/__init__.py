"""Segments: the list, and the builder with size and people as one types."""
