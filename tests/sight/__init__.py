"""Sweeps over the whole demo: who may fetch what, and what nobody may find."""
