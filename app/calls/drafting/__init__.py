"""Writing a call page by page: a document with gaps, the pages that ask for its parts, and what is wrong with it. Pure."""

from app.calls.drafting import paths, typed
from app.calls.drafting.fields import Block, Field, Page, Rows
from app.calls.drafting.flaws import gaps, is_gap, languages_lacking, without_repeats
from app.calls.drafting.pages import page_of, pages_of, part_of
from app.calls.drafting.patching import acted, acted_ids, allowed, patched, tidy
from app.calls.drafting.wall_times import clock_flaws, instants, read_wall

__all__ = [
    "Block",
    "Field",
    "Page",
    "Rows",
    "acted",
    "acted_ids",
    "allowed",
    "clock_flaws",
    "gaps",
    "instants",
    "is_gap",
    "languages_lacking",
    "page_of",
    "pages_of",
    "part_of",
    "patched",
    "paths",
    "read_wall",
    "tidy",
    "typed",
    "without_repeats",
]
