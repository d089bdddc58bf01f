"""Worlds that are the same but for who reviews or who applies: whoever may not know it sees no difference."""
