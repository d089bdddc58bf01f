"""More time for applicants, and calls with grace."""

from datetime import timedelta

from tests.factories.calls import make_call
from tests.factories.identity import make_staff
from tests.factories.proposals import fill_in, make_proposal

TICK = timedelta(microseconds=1)


def manager_of(call):
    return make_staff(call.programme, "manager")


def filled(**of_call):
    call = make_call(**of_call) if of_call else make_call()
    proposal = make_proposal("draft", call=call)
    fill_in(proposal.stages[-1])
    return proposal
