"""One policy engine, default deny: every route names an action, every object passes ``authorised`` before it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, Protocol, TypeVar

import structlog
from flask import abort, current_app, g, make_response, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core import clock
from app.core.errors import DomainError, NotFound
from app.core.types import SYSTEM_ACTOR, Actor
from app.extensions import current_settings
from app.web.security import CARRIED_FIELD

log = structlog.get_logger()
Thing = TypeVar("Thing")
View = Callable[..., Any]


class Policy(Protocol):
    """What a domain's ``policy`` module offers: which relations may do which action, and who holds which relation."""

    ACTIONS: dict[str, frozenset[str]]

    def relations(self, actor: Actor, thing: Any) -> frozenset[str]: ...


class Carrying(Protocol):
    """How a posted form goes on whose writer was signed out meanwhile."""

    def ask(self) -> Any:
        """The page that asks to sign in with the form in hand; nothing when the request brought the right password."""

    def claim(self) -> bool:
        """Whether the form is there to be carried, and not another person's; somebody signed in is shown it again."""

    def show(self) -> Any:
        """What was typed, for a form whose own page cannot show it."""


@dataclass(frozen=True)
class Access:
    """The access mark of a view; ``action`` is ``None`` on a public page."""

    action: str | None
    logged_read: bool = False
    shows_again: bool = False


@dataclass(frozen=True)
class Decision:
    """The answer to *may this person do this?*; true only when allowed."""

    allowed: bool
    action: str

    def __bool__(self) -> bool:
        return self.allowed


_policies: dict[str, Policy] = {}
_proof: list[Callable[[], Any]] = []
_carrying: list[Carrying] = []


def use(policies: Iterable[Any]) -> None:
    """Make the domains' policies known; an action declared twice stops the start."""
    for policy in policies:
        for action in policy.ACTIONS:
            if _policies.get(action, policy) is not policy:
                raise RuntimeError(f"the action {action} is declared by two policies")
            _policies[action] = policy


def actions() -> dict[str, frozenset[str]]:
    """Every declared action with the relations that may do it."""
    return {name: policy.ACTIONS[name] for name, policy in sorted(_policies.items())}


def public_page(view: View) -> View:
    """Mark a view as open to everybody."""
    view.access = Access(None)  # type: ignore[attr-defined]
    return view


def requires(action: str, *, logged_read: bool = False, shows_again: bool = False) -> Callable[[View], View]:
    """Mark a view with its action; it must call ``authorised`` on what it shows or changes, or the request fails.

    ``logged_read`` is for sensitive pages: reading them writes an audit entry, and they fail when that cannot be written.
    ``shows_again``: a view of a form that, when ``request.is_shown_again``, shows its page with the posted fields and
    does nothing else, as ``AssayForm`` does by itself.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            asked = ask_to_sign_in()
            if asked is not None:
                return asked
            g.action, g.access_granted = action, False
            response = _show_again(view, args, kwargs) if is_shown_again() else view(*args, **kwargs)
            if not g.access_granted:
                raise RuntimeError(f"{request.endpoint} answered without authorising {action}")
            return response

        guarded.access = Access(action, logged_read, shows_again)  # type: ignore[attr-defined]
        return guarded

    return mark


def confirmed_recently(*moves: str) -> Callable[[View], View]:
    """Mark a view, above ``requires``, that moves money or power: it wants the password typed in the last minutes.

    With ``moves`` only these moves of the view want it.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            wanted = not moves or kwargs.get("move", kwargs.get("name")) in moves
            if wanted and current_user.is_authenticated and not has_recent_proof():
                asked = ask_for_proof()
                if asked is not None:
                    return asked
            return view(*args, **kwargs)

        guarded.confirmed = frozenset(moves or {"every"})  # type: ignore[attr-defined]
        return guarded

    return mark


def has_recent_proof() -> bool:
    """Whether the signed-in person typed the password in this browser a short while ago."""
    age: timedelta = clock.began() - current_user.confirmed_at
    return age < timedelta(minutes=current_settings().confirm_minutes)


def ask_with(ask: Callable[[], Any]) -> Callable[[], Any]:
    """Say how the password is asked for; ``ask`` returns nothing when the request brings the right one."""
    _proof[:] = [ask]
    return ask


def ask_for_proof() -> Any:
    """The answer that asks for the password, or nothing when the request brought the right one."""
    return _proof[0]()


def carry_with(carrying: Carrying) -> None:
    """Say how a posted form goes on whose writer was signed out."""
    _carrying[:] = [carrying]


def ask_to_sign_in() -> Any:
    """The answer to who is not signed in, or nothing; a form that is posted is carried along."""
    if request.method == "POST" and (not current_user.is_authenticated or CARRIED_FIELD in request.form):
        return _carrying[0].ask()
    return None if current_user.is_authenticated else sign_in_first()


def sign_in_first() -> Response:
    """Send to the sign-in page, remembering where the person wanted to go; an upload is told to wait for that."""
    if "Tus-Resumable" in request.headers:
        abort(401)
    target = request.full_path.rstrip("?") if request.method == "GET" else (request.referrer_path or "/")  # type: ignore[attr-defined]
    return redirect(url_for("identity.sign_in", next=target), code=303)


def rescue_form() -> Any:
    """The answer to a form whose token died with its session; nothing when it is not known to be this person's own."""
    view = current_app.view_functions.get(request.endpoint or "")
    access: Access | None = getattr(view, "access", None)
    if view is None or request.method != "POST" or access is None or access.action is None:
        return None
    return view(**(request.view_args or {})) if _carrying[0].claim() else None


def is_shown_again() -> bool:
    """Whether the request only brings back what was typed: it is shown, never carried out."""
    return bool(request.is_shown_again)  # type: ignore[attr-defined]


def _show_again(view: View, args: Any, kwargs: Any) -> Any:
    """The page of the form as it was typed; a form that its page cannot show now has a page of its own for that."""
    access: Access = getattr(current_app.view_functions[request.endpoint or ""], "access")  # noqa: B009 - of any view
    try:
        response = make_response(view(*args, **kwargs)) if access.shows_again else None
    except (DomainError, HTTPException):
        response = None
    if response is None:
        g.access_granted = True  # it shows nothing but the person's own words
        return _carrying[0].show()
    response.status_code = 200
    return response


def current_actor() -> Actor:
    """The signed-in person as an actor; services and policies receive this, never the session."""
    if not current_user.is_authenticated:
        return Actor(None, "")
    return Actor(current_user.person_id, current_user.name)


def relations_to(thing: Any, action: str | None = None, actor: Actor | None = None) -> frozenset[str]:
    """The relations the person holds to the thing, by the policy that declares the action."""
    policy = _policies.get(action or g.action)
    if policy is None:
        raise RuntimeError(f"no policy declares the action {action or g.action}")
    return policy.relations(actor or current_actor(), thing)


def can(action: str, thing: Any, actor: Actor | None = None) -> Decision:
    """May this person do this action on this thing? Unknown actions and missing things are refused."""
    actor = actor or current_actor()
    if thing is None or (actor.person_id is None and actor is not SYSTEM_ACTOR):
        return Decision(False, action)
    policy = _policies.get(action)
    if policy is None:
        raise RuntimeError(f"no policy declares the action {action}")
    return Decision(bool(policy.ACTIONS[action] & policy.relations(actor, thing)), action)


def authorised(thing: Thing | None, action: str | None = None) -> Thing:
    """Return the thing when the person may do the route's action on it; otherwise it does not exist for them (404)."""
    wanted = action or g.action
    if thing is None or not can(wanted, thing):
        log.info("access.refused", action=wanted, actor=str(current_actor().person_id), path=request.path)
        raise NotFound()
    g.access_granted = True
    return thing
