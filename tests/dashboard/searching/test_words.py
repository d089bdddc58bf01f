"""The search language: what it reads, how it says what it cannot, and that nothing typed breaks it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dashboard.searching import WORDS, And, Kind, Not, Or, Term, Text, parse
from app.dashboard.searching.parsing import LONGEST


def term(typed):
    parsed = parse(typed)
    assert not parsed.flaws, parsed.flaws
    assert isinstance(parsed.tree, Term)
    return parsed.tree


def flaws(typed):
    return [(typed[f.at : f.end], f.suggestion) for f in parse(typed).flaws]


def shape(node):
    """A tree in short: words by themselves, terms by their word."""
    if isinstance(node, Text):
        return node.text
    if isinstance(node, Term):
        return node.word.name
    if isinstance(node, Not):
        return ("not", shape(node.node))
    return ("and" if isinstance(node, And) else "or", *map(shape, node.nodes))


def test_the_search_of_the_issue():
    parsed = parse("status:submitted score<3 country:CD reviewer:none due:7d")
    assert not parsed.flaws
    found = [(t.word.name, t.op, t.values, t.special) for t in parsed.tree.nodes]
    assert found == [
        ("status", ":", ("submitted",), ""),
        ("score", "<", (Decimal(3),), ""),
        ("country", ":", ("CD",), ""),
        ("reviewer", ":", (), "none"),
        ("due", "within", (timedelta(days=7),), ""),
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ("and",)),
        ("pits", "pits"),
        ("safer pits", ("and", "safer", "pits")),
        ('"safer pits"', "safer pits"),
        ("“safer pits”", "safer pits"),
        ("a OR b c", ("or", "a", ("and", "b", "c"))),
        ("(a OR b) c", ("and", ("or", "a", "b"), "c")),
        ("a AND b", ("and", "a", "b")),
        ("-a -late:yes", ("and", ("not", "a"), ("not", "late"))),
        ("-(a b)", ("not", ("and", "a", "b"))),
        ("--a", ("not", ("not", "a"))),
        ("EPRM-26-0042", "EPRM-26-0042"),
        ("a - b", ("and", "a", "-", "b")),
        ('"late:yes"', "late:yes"),
        ("12:30", "12:30"),
        ("or", "or"),
        ("STATE:Submitted", "status"),
    ],
)
def test_shapes(typed, expected):
    assert shape(parse(typed).tree) == expected


def test_values():
    assert term("amount:1000..2500.50").upto == Decimal("2500.50")
    assert term("amount:1_000").values == (Decimal(1000),)
    assert term("mineral:GOLD,tin").values == ("gold", "tin")
    assert term('org:"Kahuzi (Miners)"').values == ("Kahuzi (Miners)",)
    assert term("submitted>=2026-06-01").values == (date(2026, 6, 1),)
    assert term("submitted:2w").values == (timedelta(days=14),)
    assert term('reviewer:"none"').special == "", "a person may be called so"
    assert term("score=3").op == ":"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("statsu:submitted", [("statsu", "status")]),
        ("status:submited", [("submited", "status:submitted")]),
        ("zzz:1", [("zzz", "")]),
        ("score<abc", [("abc", "")]),
        ("score<1.234", [("1.234", "")]),
        ("country:Congo", [("Congo", "")]),
        ("late:maybe", [("maybe", "late:yes")]),
        ("due:soon", [("soon", "")]),
        ("due:2026-02-30", [("2026-02-30", "")]),
        ("org>5", [("5", "")]),
        ("score:", [("", "")]),
        ("a OR", [("OR", "")]),
        ("OR b", [("OR", "")]),
        ("(a OR b", [("(", "")]),
        ("a)", [(")", "")]),
        ("()", [("()", "")]),
        ('x "open', [('"open', "")]),
        ("statsu:x late:perhaps", [("statsu", "status"), ("perhaps", "late:yes")]),
    ],
)
def test_a_flaw_points_at_its_place(typed, expected):
    assert flaws(typed) == expected
    assert parse(typed).typed == typed


def test_every_word_is_explained_by_an_example_that_works():
    for word in WORDS.values():
        assert term(word.example).word is word
        assert word.meaning


def test_limits():
    assert "too long" in parse("a" * (LONGEST + 1)).flaws[0].message
    assert "too many" in parse("a " * 200).flaws[0].message
    assert "too deep" in parse("(" * 40 + "a" + ")" * 40).flaws[0].message
    assert "too deep" in parse("-" * 60 + "a").flaws[0].message


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_a_tree_or_worded_flaws_in_their_places(typed):
    parsed = parse(typed)
    assert (parsed.tree is None) == bool(parsed.flaws)
    assert parsed.typed == typed
    for flaw in parsed.flaws:
        assert 0 <= flaw.at <= flaw.end <= len(typed) + 1
        assert flaw.message % flaw.params if flaw.params else flaw.message


names = st.sampled_from(sorted(WORDS))
pieces = st.one_of(
    st.sampled_from(["(", ")", "OR", "AND", "-", '"', "none", "7d", "x:", "late:yes", "score<", "..", "|"]),
    names.map(lambda n: WORDS[n].example),
    st.builds("{}{}{}".format, names, st.sampled_from([":", "<", ">=", "="]), st.text(max_size=8)),
)


@given(st.lists(pieces, max_size=30))
def test_nor_does_a_heap_of_its_own_pieces(parts):
    parsed = parse(" ".join(parts))
    assert (parsed.tree is None) == bool(parsed.flaws)


@st.composite
def written(draw, depth=0):
    """A tree together with how it is written."""
    kind = draw(st.sampled_from(["text", "term", "not", "and", "or"] if depth < 3 else ["text", "term"]))
    if kind == "text":
        word = draw(st.from_regex(r"[a-z]{1,6}", fullmatch=True))
        return word, word
    if kind == "term":
        word = draw(st.sampled_from([w for w in WORDS.values() if w.kind is not Kind.TEXT]))
        return word.example, word.name
    if kind == "not":
        inner, node = draw(written(depth + 1))
        return f"-({inner})", ("not", node)
    parts = [draw(written(depth + 1)) for _ in range(draw(st.integers(2, 3)))]
    joined = (" OR " if kind == "or" else " ").join(f"({typed})" for typed, _ in parts)
    return joined, (kind, *(node for _, node in parts))


@given(written())
def test_what_was_meant_is_what_is_read(pair):
    typed, expected = pair
    parsed = parse(typed)
    assert not parsed.flaws
    assert shape(parsed.tree) == expected


def test_or_keeps_its_sides():
    assert parse("a OR b OR c").tree == Or((Text("a"), Text("b"), Text("c")))
