"""Rows of the administration pages, always within the reach of the person who looks."""
