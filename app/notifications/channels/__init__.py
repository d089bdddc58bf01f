"""The ways a mail leaves: an SMTP server, or a folder on disk when none is configured."""
