"""The engine itself: refusals are worded, wrong machines are not built."""

import pytest

from workflows.machine import Category, Refusal, Refused, State, Workflow, move


class Light(State):
    RED = "red", Category.WAITING, "Red"
    GREEN = "green", Category.ACTIVE, "Green"


def no_car(facts):
    return Refusal("%(cars)s cars wait.", {"cars": facts}) if facts else None


MACHINE = Workflow(
    "light",
    Light,
    Light.RED,
    (
        move("go", "Go", Light.RED, Light.GREEN, {"manager"}, needs=(no_car,)),
        move("stop", "Stop", Light.GREEN, Light.RED, {"manager", "system"}),
        move("blink", "Blink", (Light.RED, Light.GREEN), None, {"system"}),
    ),
)


def test_possible_move_has_no_refusal():
    assert MACHINE.why_not("go", Light.RED, {"manager"}, 0) is None
    assert MACHINE.apply("go", Light.RED, {"manager"}, 0).target is Light.GREEN


@pytest.mark.parametrize(
    ("name", "state", "relations", "facts", "words"),
    [
        ("go", Light.GREEN, {"manager"}, 0, "“Green”"),
        ("go", Light.RED, {"officer"}, 0, "role"),
        ("go", Light.RED, set(), 0, "role"),
        ("go", Light.RED, {"manager"}, 3, "3 cars wait."),
        ("fly", Light.RED, {"manager"}, 0, "no such step"),
    ],
)
def test_refusals_say_why(name, state, relations, facts, words):
    assert words in str(MACHINE.why_not(name, state, relations, facts))
    with pytest.raises(Refused, match=".+"):
        MACHINE.apply(name, state, relations, facts)


def test_offers_show_held_moves_with_their_refusal():
    offers = MACHINE.offers(Light.RED, {"manager"}, 2)
    assert [(o.move.name, str(o.refusal)) for o in offers] == [("go", "2 cars wait.")]
    assert MACHINE.offers(Light.RED, {"viewer"}, 0) == ()


def test_unknown_actors_doubled_rows_and_lost_states_are_not_built():
    with pytest.raises(ValueError, match="unknown actors"):
        Workflow("x", Light, Light.RED, (move("go", "Go", Light.RED, Light.GREEN, {"king"}),))
    row = move("go", "Go", Light.RED, Light.GREEN, {"manager"})
    with pytest.raises(ValueError, match="two rows"):
        Workflow("x", Light, Light.RED, (row, row))
    with pytest.raises(ValueError, match="never reached"):
        Workflow("x", Light, Light.RED, (move("stay", "Stay", Light.RED, None, {"manager"}),))
