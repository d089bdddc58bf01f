"""What tests of decisions share with those of reviews."""

from tests.reviews.conftest import count_queries

__all__ = ["count_queries"]
