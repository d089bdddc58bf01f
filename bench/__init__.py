"""Measurements. Each script prints what it measured and ends in one line of JSON with its figures and ``ok``."""
