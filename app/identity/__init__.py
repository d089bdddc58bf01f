"""People, organisations, programme roles and signing in."""
