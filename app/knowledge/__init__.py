"""The published history of projects and what was learned."""
