"""What staff do with searches: keep them, and act on everything found."""

from app.dashboard.services.acting import ACTS, Outcome, Wish, carry_out, foresee
from app.dashboard.services.keeping import forget_search, keep_search

__all__ = ["ACTS", "Outcome", "Wish", "carry_out", "foresee", "forget_search", "keep_search"]
