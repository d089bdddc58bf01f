"""What the start page needs, as plain rows: always the same number of queries, however many rows there are."""
