"""Proposals as pages show them: frozen views, made for one audience each."""

from app.proposals.present.annexes import annex_names, reviewer_sections
from app.proposals.present.sections import FileView, SectionView, sections_view

__all__ = ["FileView", "SectionView", "annex_names", "reviewer_sections", "sections_view"]
