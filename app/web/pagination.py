"""Pages of long lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from sqlalchemy import Select, func, select

from app.extensions import db

PER_PAGE = 50


@dataclass(frozen=True)
class Page:
    """One page of a list: its rows, how many there are in all, and the neighbouring addresses."""

    rows: tuple[Any, ...]
    number: int
    total: int
    per_page: int
    prev_url: str
    next_url: str

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.per_page))


def page_number() -> int:
    """The page asked for, at least 1, at most a million."""
    raw = request.args.get("page", "1")
    return min(max(int(raw), 1), 1_000_000) if raw.isascii() and raw.isdigit() and len(raw) < 8 else 1


def paginate(query: Select[Any], per_page: int = PER_PAGE) -> Page:
    """Run a query for the page asked for; two queries, whatever the length."""
    number = page_number()
    total = db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = tuple(db.session.scalars(query.limit(per_page).offset((number - 1) * per_page)).unique())
    return Page(
        rows,
        number,
        total,
        per_page,
        _address(number - 1) if number > 1 else "",
        _address(number + 1) if number * per_page < total else "",
    )


def _address(number: int) -> str:
    values = {**(request.view_args or {}), **request.args.to_dict(), "page": number}
    return url_for(request.endpoint or "", **values)
