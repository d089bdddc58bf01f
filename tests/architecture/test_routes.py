"""Every route carries exactly one access mark, and every declared action guards some route or some button."""

import inspect
import re
from datetime import timedelta

import pytest
from wtforms import FileField

from app.core import clock
from app.web import permissions
from tests.architecture.sources import python_files, template_files
from tests.client import soup
from tests.conftest import sign_in_directly
from tests.factories.identity import make_person
from workflows.actors import EVERY

PUBLIC_FOR_A_REASON = re.compile(
    r"^(static|public\.|calls\.(index|show|public\w*|atom|form\w*)|knowledge\.|api\.|proposals\.collaboration$|reviews\.(asked|answered|\w+_by_link)$|developers\.|identity\.)"
)
OTHER_RELATIONS = {"self", "content_reader", "peer_reviewer", "discussant"}
# What moves money or power, or shows a secret, wants the password typed a short while ago: every marked view, and the
# moves of it when only these do. identity.change_password is not among them: its form asks for the password itself.
EVERY_TIME = frozenset({"every"})
CONFIRMED = {
    "admin.grant": EVERY_TIME,
    "admin.revoke": EVERY_TIME,
    "admin.suspend": EVERY_TIME,
    "admin.unsuspend": EVERY_TIME,
    "decisions.announce": EVERY_TIME,
    "decisions.confirm": EVERY_TIME,
    "decisions.move": frozenset({"ratify"}),
    "projects.confirm_payee": EVERY_TIME,
    "projects.confirm_payee_form": EVERY_TIME,
    "projects.confirm_payment": EVERY_TIME,
    "projects.move_payment": frozenset({"approve", "release"}),
    "projects.payee_form": EVERY_TIME,
    "projects.record_payee": EVERY_TIME,
    "projects.site_position": EVERY_TIME,
    "reviews.move_unblinding": frozenset({"grant"}),
}
UNKNOWN = "01890000-0000-7000-8000-000000000000"


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
            values = {a: UNKNOWN if f"<uuid:{a}>" in rule.rule else "1" for a in rule.arguments}
            path = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
            response = client.open(path, method=method)
            assert response.status_code in {400, 404}, f"{method} {path} answered {response.status_code}"


def test_confirmed_views_are_a_reviewed_list(base_app):
    """A view that loses its mark, or gains one, is seen here."""
    marked = {rule.endpoint: view.confirmed for rule, view in _views(base_app) if hasattr(view, "confirmed")}
    assert marked == CONFIRMED


@pytest.mark.parametrize(("endpoint", "move"), [(e, m) for e, moves in CONFIRMED.items() for m in sorted(moves)])
def test_every_confirmed_view_asks(app, session, client, endpoint, move):
    """The mark stands where it works: with an old proof nothing answers but the question, also to who may do nothing."""
    person = make_person()
    session.commit()
    sign_in_directly(client, person, clock.unshifted() - timedelta(hours=1))
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint]
    for method in {m for rule in rules for m in rule.methods & {"GET", "POST"}}:
        path = _path(app, rules[0], method, move)
        response = client.get(path) if method == "GET" else client.act(path, note="typed")
        if method == "GET":
            assert (response.status_code, response.headers.get("Location", "")) == (303, f"/confirm?next={path}")
        else:
            carried = [(f["name"], f["value"]) for f in soup(response).select("main form input[type=hidden]")]
            assert response.status_code == 403 and ("note", "typed") in carried


def _path(app, rule, method, move):
    ident = "01890000-0000-7000-8000-000000000000"
    values = {a: move if a in {"move", "name"} else "X" if a == "code" else ident for a in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=method)


def test_other_moves_of_a_confirmed_view_do_not_ask(app, session, client):
    person = make_person()
    session.commit()
    sign_in_directly(client, person, clock.unshifted() - timedelta(hours=1))
    for endpoint, move in (("decisions.move", "send_back"), ("projects.move_payment", "hold")):
        rule = next(r for r in app.url_map.iter_rules() if r.endpoint == endpoint)
        assert client.act(_path(app, rule, "POST", move)).status_code == 404


def test_confirmed_forms_have_no_files(base_app):
    """Files cannot be carried through the question for the password."""
    for endpoint in CONFIRMED:
        source = inspect.getsource(inspect.unwrap(base_app.view_functions[endpoint]))
        assert "request.files" not in source
        for name in re.findall(r"(\w+Form)\b", source):
            form = getattr(inspect.getmodule(inspect.unwrap(base_app.view_functions[endpoint])), name)
            kinds = [getattr(field, "field_class", None) for _name, field in inspect.getmembers(form)]
            assert not [k for k in kinds if isinstance(k, type) and issubclass(k, FileField)], f"{endpoint}: {name}"
