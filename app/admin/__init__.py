"""People, roles, audit and the outbox, for those who run the system."""
