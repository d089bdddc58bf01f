"""The WSGI entry point: ``flask --app wsgi …`` and ``gunicorn wsgi:app``."""

import gc

from app import create_app

app = create_app()

# What was loaded stays for good: the collector need not look at it again and again, which took a fifth of each request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
