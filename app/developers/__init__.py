"""Demo, seeds and repair commands; nobody imports it."""
