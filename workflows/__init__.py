"""The state machines of the fund, as plain data. Standard library only: no I/O, no clock, no users, no framework."""
