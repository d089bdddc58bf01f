"""What every domain stands on and that knows no domain: database, clock, audit, outbox, files, transitions."""
