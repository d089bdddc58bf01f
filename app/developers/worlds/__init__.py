"""Worlds: files that say which people, calls, proposals and projects there shall be, and the loader that plays them.

A world is played as a diary: every step becomes an entry with its instant, the entries are put in order, and each one
calls the same service that a page would call, with the clock stopped at its instant.
"""
