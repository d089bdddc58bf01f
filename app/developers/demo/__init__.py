"""The demonstration: an invented programme in full work, so that a newcomer sees every page with something on it."""
