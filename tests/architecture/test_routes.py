"""Every route carries exactly one access mark, and every declared action guards some route or some button."""

import re

from app.web import permissions
from tests.architecture.sources import python_files, template_files
from workflows.actors import EVERY

PUBLIC_FOR_A_REASON = re.compile(
    r"^(static|public\.|calls\.(index|show|public\w*|atom|form\w*)|knowledge\.|api\.|developers\.|identity\.)"
)
OTHER_RELATIONS = {"self"}


def _views(app):
    for rule in app.url_map.iter_rules():
        yield rule, app.view_functions[rule.endpoint]


def test_every_route_is_marked(base_app):
    unmarked = [str(rule) for rule, view in _views(base_app) if not hasattr(view, "access")]
    assert not unmarked


def test_marked_actions_are_declared(base_app):
    declared = permissions.actions()
    unknown = {view.access.action for _, view in _views(base_app) if view.access.action} - set(declared)
    assert not unknown


def test_declared_actions_are_used(base_app):
    marked = {view.access.action for _, view in _views(base_app)}
    sources = "".join(p.read_text() for p in [*python_files("app"), *template_files()])
    unused = [a for a in permissions.actions() if a not in marked and sources.count(f'"{a}"') < 2]
    assert not unused


def test_actions_speak_the_vocabulary(base_app):
    wrong = {
        a: sorted(r - EVERY - OTHER_RELATIONS) for a, r in permissions.actions().items() if r - EVERY - OTHER_RELATIONS
    }
    assert not wrong
    assert all(permissions.actions().values()), "an action that nobody may do"


def test_public_pages_are_a_reviewed_list(base_app):
    """A new public page must belong to a package that is public on purpose."""
    public = {rule.endpoint for rule, view in _views(base_app) if view.access.action is None}
    assert not {e for e in public if not PUBLIC_FOR_A_REASON.match(e)}


def test_production_has_no_developer_pages(tmp_path):
    from dataclasses import replace

    from app import create_app
    from tests.conftest import make_settings

    settings = replace(
        make_settings(tmp_path),
        mode="production",
        base_url="https://assay.example",
        secret_key="k" * 20 + "0123456789abcdef",
    )
    app = create_app(settings)
    assert not [r for r in app.url_map.iter_rules() if str(r).startswith("/dev")]


def test_anonymous_get_of_every_guarded_route_asks_to_sign_in(app, client):
    """Without a session no guarded page answers, whatever the ids."""
    for rule, view in _views(app):
        if view.access.action is None or "GET" not in rule.methods:
            continue
        values = {a: "01890000-0000-7000-8000-000000000000" if "uuid" in str(rule) else "1" for a in rule.arguments}
        try:
            with app.test_request_context():
                path = app.url_map.bind("localhost").build(rule.endpoint, values)
        except Exception:  # noqa: BLE001, S112 - a converter of its own
            continue
        response = client.get(path)
        assert response.status_code in {303, 404}, f"{path} answered {response.status_code}"
        if response.status_code == 303:
            assert "/sign-in" in response.headers["Location"]


def test_every_unsafe_route_refuses_without_token(app, client):
    for rule, _view in _views(app):
        for method in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            values = {a: "01890000-0000-7000-8000-000000000000" if "uuid" in str(rule) else "1" for a in rule.arguments}
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            response = client.open(path, method=method)
            assert response.status_code in {400, 404}, f"{method} {path} answered {response.status_code}"
