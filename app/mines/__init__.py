"""The mine-site registry and its monitoring."""
