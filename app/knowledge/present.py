"""What pages show of the published history."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import ngettext

from app.calls.present import mineral_names
from app.knowledge.models import PublishedProject
from app.web.pagination import Page


@dataclass(frozen=True)
class ProjectView:
    """A real project as its source tells it."""

    slug: str
    href: str
    title: str
    area: str
    minerals: str
    partners: str
    period: str
    figures: str
    source: str


@dataclass(frozen=True)
class PageLine:
    """Where one is in a long list."""

    label: str
    prev_url: str
    next_url: str


def project_view(project: PublishedProject) -> ProjectView:
    return ProjectView(
        slug=project.slug,
        href=url_for("knowledge.show", slug=project.slug),
        title=project.title,
        area=project.area,
        minerals=", ".join(mineral_names(project.minerals)),
        partners=project.partners,
        period=project.period,
        figures=project.figures,
        source=project.source,
    )


def page_line(page: Page) -> PageLine:
    return PageLine(ngettext("%(num)s project", "%(num)s projects", page.total), page.prev_url, page.next_url)


def mineral_choices(codes: list[str]) -> tuple[tuple[str, str], ...]:
    """Minerals to filter by, with their names."""
    return tuple(zip(codes, mineral_names(codes), strict=True))
