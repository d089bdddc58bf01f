"""Inputs of a question: what was chosen is seen, and labels read as sentences."""

from types import SimpleNamespace

from bs4 import BeautifulSoup

COUNTRIES = [(f"C{number:02}", f"Country {number}") for number in range(40)]


def drawn(app, value, options) -> list[tuple[str, bool]]:
    question = SimpleNamespace(id="q-area", name="area", kind="countries", label="Area", options=options, value=value)
    with app.test_request_context("/"):
        module = app.jinja_env.get_template("components/controls.html").make_module({"_": str})
        boxes = BeautifulSoup(str(module.control(question)), "html.parser").select("input")
    assert len({box["id"] for box in boxes}) == len(options)
    return [(box["value"], box.has_attr("checked")) for box in boxes]


def test_chosen_ones_stand_first_in_a_long_list(app):
    found = drawn(app, ["C30", "C05"], COUNTRIES)
    assert found[:3] == [("C05", True), ("C30", True), ("C00", False)]
    assert len(found) == len(COUNTRIES) and not any(checked for _, checked in found[2:])


def test_a_short_list_keeps_its_order(app):
    assert [value for value, _ in drawn(app, ["C03"], COUNTRIES[:5])] == ["C00", "C01", "C02", "C03", "C04"]
