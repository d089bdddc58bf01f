"""What waits for me, across all domains."""
