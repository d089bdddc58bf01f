"""The proof that no typed word is lost: a real server, a real browser, and everything that goes wrong."""
