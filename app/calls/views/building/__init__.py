"""The form builder: a working copy of a stage's form, changed in the browser."""

from app.calls.views.building import checks, files, overview, preview, questions, sections, standards

__all__ = ["checks", "files", "overview", "preview", "questions", "sections", "standards"]
