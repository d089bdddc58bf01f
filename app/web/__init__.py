"""How requests are handled, for every domain alike; knows none of them."""
