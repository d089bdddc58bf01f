"""What was asked and announced about the demonstration's open calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from app.calls import queries, services
from app.core import clock
from app.core.types import Actor
from app.identity import queries as identity

CODE = "EPRM-2020-R2"
NEWS = {
    "en": "An online meeting about the call takes place on Thursday at 14:00 (Amsterdam). No registration is needed.",
    "fr": "Une réunion en ligne sur l'appel a lieu jeudi à 14 h (Amsterdam). Aucune inscription n'est nécessaire.",
    "es": "El jueves a las 14:00 (Ámsterdam) habrá una reunión en línea sobre la convocatoria. No es necesario inscribirse.",
}


def load_talk(now: datetime, after_each: Callable[[], object]) -> None:
    """A published answer, a question that waits, and an announcement, each at its time."""
    applicant, officer = _actor("intego"), _actor("officer")
    with clock.frozen(now - timedelta(days=9)):
        call = queries.call_by_code(CODE)
        assert call is not None
        asked = services.ask_question(call=call, text="May a trader be a partner of the project?", actor=applicant)
        after_each()
    with clock.frozen(now - timedelta(days=8)):
        call, question = queries.call_by_code(CODE), queries.get_question(asked.id)
        assert call is not None and question is not None
        services.answer_question(
            call=call,
            question=question,
            answer="Yes, as long as a civil society organisation leads it.",
            public_text="May a trader be a partner?",
            public_answer="Yes. Any company of the supply chain may be a partner; the lead is a civil society organisation.",
            actor=officer,
        )
        services.announce(call=call, text={name: NEWS[name] for name in call.languages}, actor=officer)
        after_each()
    with clock.frozen(now - timedelta(days=1)):
        call = queries.call_by_code(CODE)
        assert call is not None
        services.ask_question(call=call, text="Does the grant cover the cost of an audit?", actor=applicant)
        after_each()


def _actor(name: str) -> Actor:
    person = identity.person_by_email(f"{name}@demo.example")
    assert person is not None
    return Actor(person.id, person.name)
