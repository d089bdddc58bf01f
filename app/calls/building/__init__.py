"""Building a form: operations on its document, each of which returns a new one."""

from app.calls.building.structure import check_structure

__all__ = ["check_structure"]
