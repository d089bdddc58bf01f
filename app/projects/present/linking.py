"""The mine sites that a proposal named, for those who link sites to its project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.calls.form_schema.places import sites_proposed
from app.mines.present import country_name
from app.projects import queries
from app.projects.models import Project
from app.proposals import queries as proposals
from app.proposals.snapshot import read


@dataclass(frozen=True)
class NamedSite:
    """A site of the proposal that the project does not have yet: one of the registry to choose, or one to register."""

    label: str
    href: str
    is_new: bool


def named_sites(project: Project) -> tuple[NamedSite, ...]:
    """The sites that the awarded proposal names and that are not linked, in its own order."""
    linked = [link.mine_site for link in queries.sites_of(project.id)]
    references = {site.reference for site in linked}
    names = {(site.country, site.name.casefold()) for site in linked}
    found = []
    for index, one in enumerate(_sites(project)):
        country, name = str(one.get("country", "")), str(one.get("name", ""))
        reference = _reference(one)
        if reference in references or (not reference and (country, name.casefold()) in names):
            continue
        where = "projects.link_form" if reference else "projects.new_site_form"
        words = reference or ", ".join(
            part for part in (name, str(one.get("region", "")), country_name(country)) if part
        )
        found.append(NamedSite(words, url_for(where, project_id=project.id, named=index), not reference))
    return tuple(found)


def named_site(project: Project, index: int) -> Mapping[str, Any]:
    """What the proposal says of one of its sites; nothing when it has none of this number."""
    sites = _sites(project)
    return sites[index] if 0 <= index < len(sites) else {}


def reference_of(project: Project, index: int) -> str:
    """The reference of a site of the registry that the proposal names."""
    return _reference(named_site(project, index))


def _reference(one: Mapping[str, Any]) -> str:
    return str(one["site"]) if one.get("site") not in (None, "", "new") else ""


def _sites(project: Project) -> list[Mapping[str, Any]]:
    sealed = proposals.latest_sealed_of_proposals([project.proposal_id]).get(project.proposal_id)
    if sealed is None:
        return []
    snapshot = read(sealed.snapshot)
    form = proposals.form_by_hash(snapshot.form_sha256)
    return list(sites_proposed(form, snapshot.answers)) if form else []
