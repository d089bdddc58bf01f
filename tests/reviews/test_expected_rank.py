"""Expected ranks: the published panels, the exact list, and what must hold of any votes."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.special import ndtr

from app.reviews.numbers.expected_rank import Expected, _ranks, expected_ranks, groups
from app.reviews.numbers.posterior import Model, Scale, nodes
from app.reviews.numbers.votes import Vote, ballot
from bench._rankings import mock_votes
from config import ROOT
from tests.reviews.numbers_cases import invented, published, table_votes

SIX = Scale.of(1, 6)


def by_name(expectation):
    return {one.proposal: one for one in expectation.standings}


def bounds(one):
    return one.low50, one.high50, one.low90, one.high90


def test_the_published_panel():
    place = published()
    case = json.loads((place / "expected.json").read_text())["er_mock_panel1"]
    found = expected_ranks(mock_votes(place, "p1"), SIX)
    ranks = [by_name(found)[name] for name in case["order"]]
    assert np.abs(np.array([one.rank for one in ranks]) - case["exact_er"]).max() < 0.02
    assert np.abs(np.array([one.rank for one in ranks]) - case["published_er"]).max() < 0.08
    assert np.abs(np.array([one.pcer for one in ranks]) - case["published_pcer"]).max() < 0.55
    assert np.abs(np.array([one.sucra for one in ranks]) - case["published_sucra"]).max() < 0.01
    assert [[one.low50, one.high50] for one in ranks] == case["cri50"]
    assert [[one.low90, one.high90] for one in ranks] == case["cri90"]
    around = groups(found.standings, case["fundable"])
    assert list(around.funded) == case["published_figure_groups"]["accepted"]
    assert set(around.chance) == set(case["published_figure_groups"]["lottery"])
    assert {f"#{n}" for n in range(9, 16)} == set(around.rejected)


def test_the_three_panels():
    place = published()
    found = expected_ranks(mock_votes(place), SIX, by_section=True)
    known = by_name(found)
    with (place / "ERforResearch_mock" / "all_panels_reference.csv").open() as file:
        for row in csv.DictReader(file):
            one = known[row["proposal"]]
            assert abs(one.rank - float(row["er_exact"])) < 0.02
            assert abs(one.rank - float(row["er_jags"])) < 0.1
            reference = [float(row[name]) for name in ("l50", "h50", "l90", "h90")]
            assert np.abs(np.array(bounds(one)) - reference).max() <= 1
    around = groups(found.standings, 15)
    assert len(around.funded) == 12
    assert set(around.chance) == {"#5", "#6", "#21", "#22", "#34", "#35"}


@pytest.mark.parametrize(("name", "panel"), [("jags_p1", "p1"), ("jags_all", None)])
def test_the_markov_chains(name, panel):
    place = published()
    known = by_name(expected_ranks(mock_votes(place, panel), SIX, by_section=panel is None))
    with (place / "ERforResearch_mock" / f"{name}.csv").open() as file:
        for row in csv.DictReader(file):
            assert abs(known[row["proposal"]].rank - float(row["er"])) < 0.1


def grid_ranks(votes, scale, size=60):
    """Expected ranks with the two spreads on a fine grid instead of nodes, every matrix inverted whole."""
    n, m = len(votes.proposals), len(votes.reviewers)
    y = votes.y - votes.means().mean()
    zp, zr = np.eye(n)[votes.i], np.eye(m)[votes.j]
    logs, ranks = [], []
    for tp in (np.arange(size) + 0.5) / size * scale.bound:
        for r in (np.arange(size) + 0.5) / size * scale.bound * np.sqrt(2):
            prior = r * np.pi / 2 if r <= scale.bound else r * (np.arcsin(scale.bound / r) - np.arccos(scale.bound / r))
            v = tp**2 * zp @ zp.T + scale.severity**2 * zr @ zr.T + r**2 * np.eye(len(y))
            inverse = np.linalg.inv(v)
            logs.append(-0.5 * (np.linalg.slogdet(v)[1] + y @ inverse @ y) + np.log(prior))
            mean, cov = tp**2 * zp.T @ inverse @ y, tp**2 * np.eye(n) - tp**4 * zp.T @ inverse @ zp
            sd = np.sqrt(np.maximum(np.diag(cov)[:, None] + np.diag(cov)[None, :] - 2 * cov, 1e-300))
            ranks.append(0.5 + ndtr((mean[None, :] - mean[:, None]) / sd).sum(axis=1))
    weights = np.exp(np.array(logs) - max(logs))
    return weights @ np.array(ranks) / weights.sum()


@pytest.mark.parametrize("seed", [1, 2])
def test_any_sparse_votes_as_a_fine_grid_has_them(seed):
    votes = invented(10, 5, 3, seed)
    known = by_name(expected_ranks(votes, SIX))
    assert [known[name].rank for name in votes.proposals] == pytest.approx(grid_ranks(votes, SIX).tolist(), abs=0.005)


@pytest.mark.parametrize("shape", [(353, 9, 8), (120, 40, 3)])
def test_the_few_nodes_of_a_large_call_are_enough(shape):
    model = Model.of(invented(*shape), SIX, False)
    few, many = nodes(model, 1.0, 8.0), nodes(model, 0.4, 14.0)
    assert len(few.weights) * 6 < len(many.weights)
    middle = [(n.weights @ n.spreads).tolist() for n in (few, many)]
    assert middle[0] == pytest.approx(middle[1], rel=2e-3)
    assert np.abs(_ranks(model, few) - _ranks(model, many)).max() < 0.02


def test_ranks_add_up_and_lie_inside_their_intervals():
    found = expected_ranks(invented(40, 9, 3), SIX)
    assert sum(one.rank for one in found.standings) == pytest.approx(40 * 41 / 2, abs=1e-6)
    for one in found.standings:
        assert 1 <= one.low90 <= one.low50 <= one.high50 <= one.high90 <= 40
        assert one.low90 <= one.rank <= one.high90
        assert 0 <= one.sucra <= 1 and one.reach[-1] == 1
        assert list(one.reach) == sorted(one.reach)


def test_the_same_votes_stand_level():
    rows = [[5, 4, 6], [3, 4, 3], [5, 4, 6], [2, 2, 1], [6, 4, 5]]
    known = by_name(expected_ranks(table_votes(rows), SIX))
    assert known["p000"].rank == known["p002"].rank == known["p004"].rank
    assert bounds(known["p000"]) == bounds(known["p002"]) == bounds(known["p004"])


def test_the_order_of_the_votes_is_nothing_and_a_second_run_is_equal_in_every_bit():
    votes = invented(25, 6, 3)
    listed = [
        Vote(votes.proposals[i], votes.reviewers[j], float(y))
        for i, j, y in zip(votes.i, votes.j, votes.y, strict=True)
    ]
    assert expected_ranks(ballot(listed[::-1]), SIX) == expected_ranks(votes, SIX) == expected_ranks(votes, SIX)


def test_another_seed_moves_no_expected_rank():
    votes = invented(25, 6, 3)
    one, other = by_name(expected_ranks(votes, SIX, seed=1)), by_name(expected_ranks(votes, SIX, seed=2))
    assert [x.rank for x in one.values()] == [other[name].rank for name in one]
    assert max(np.abs(np.array(bounds(one[n])) - bounds(other[n])).max() for n in one) <= 1


def test_threads_of_the_linear_algebra_change_nothing():
    code = (
        "from bench._rankings import invented\nfrom app.reviews.numbers.expected_rank import expected_ranks\n"
        "from app.reviews.numbers.posterior import Scale\nimport hashlib\n"
        "print(hashlib.sha256(repr(expected_ranks(invented(70, 12, 3), Scale.of(1, 6))).encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(found) == 1


def test_people_are_told_apart_by_their_id_not_by_their_place():
    """Two panels with other members: under one name for a place, a kind and a strict person would be one."""
    worth = [1, 2, 3, 4, 5]
    strict = [Vote(f"a{n}", who, w - 1.0) for n, w in enumerate(worth) for who in ("anna", "carl")]
    kind = [Vote(f"b{n}", who, w + 1.0) for n, w in enumerate(worth) for who in ("bert", "dora")]
    bridge = [Vote(f"{side}{n}", "both", float(w)) for side in "ab" for n, w in enumerate(worth)]
    own = by_name(expected_ranks(ballot(strict + kind + bridge), Scale(2.0, 1.5)))
    places = {"anna": "voter1", "bert": "voter1", "carl": "voter2", "dora": "voter2"}
    pooled = [Vote(v.proposal, places.get(v.reviewer, v.reviewer), v.value) for v in strict + kind + bridge]
    mixed = by_name(expected_ranks(ballot(pooled), Scale(2.0, 1.5)))
    assert mixed["a4"].rank - own["a4"].rank > 0.5


@pytest.mark.parametrize("value", [1.0, 3.5, 6.0])
def test_equal_votes_leave_all_level(value):
    found = expected_ranks(table_votes([[value] * 3] * 5), SIX)
    assert {round(one.rank, 9) for one in found.standings} == {3.0}
    assert len({bounds(one) for one in found.standings}) == 1


def test_one_reviewer_one_vote_each_and_islands_are_ranked_all_the_same():
    one_reviewer = by_name(expected_ranks(table_votes([[1], [3], [6]]), SIX))
    assert one_reviewer["p002"].rank < one_reviewer["p001"].rank < one_reviewer["p000"].rank
    islands = [[1, 2, None, None], [2, 4, None, None], [None, None, 5, 6], [None, None, 4, 4]]
    assert expected_ranks(table_votes(islands), SIX).standings[0].proposal == "p002"
    assert len(expected_ranks(table_votes([[1, None], [None, 6]]), SIX).standings) == 2


def test_votes_that_are_exact_sums_are_ranked():
    found = expected_ranks(table_votes([[1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6]]), SIX)
    assert [one.proposal for one in found.standings] == ["p003", "p002", "p001", "p000"]


@pytest.mark.parametrize("rows", [[], [[None, None]], [[3, 4]]])
def test_nothing_to_rank(rows):
    assert expected_ranks(table_votes(rows), SIX) is None


def test_scales():
    assert (Scale.of(1, 6), Scale.of(1, 9)) == (Scale(2.0, 0.5), Scale(3.0, 1.0))
    assert (Scale.of(0, 100), Scale.of(20, 100)) == (Scale(40.0, 10.0), Scale(32.0, 8.0))


def test_a_wider_scale_gives_the_same_ranks():
    votes = invented(12, 5, 3)
    wide = ballot(
        Vote(votes.proposals[i], votes.reviewers[j], 20 * (y - 1))
        for i, j, y in zip(votes.i, votes.j, votes.y, strict=True)
    )
    narrow, broad = by_name(expected_ranks(votes, SIX)), by_name(expected_ranks(wide, Scale.of(0, 100)))
    assert [x.rank for x in narrow.values()] == pytest.approx([broad[n].rank for n in narrow], abs=1e-3)


def standing(name, rank, low50, high50):
    return Expected(name, 0, rank, 0, 0, low50, high50, 1, 9)


def test_groups_around_a_line():
    rows = [standing("a", 1.2, 1, 1), standing("b", 2.4, 2, 3), standing("c", 2.9, 2, 4), standing("d", 4.5, 4, 5)]
    found = groups(rows, 2)
    assert (found.funded, found.chance, found.rejected, found.line) == (("a",), ("b", "c"), ("d",), 2.4)
    assert groups(rows, 3).chance == ("b", "c") or groups(rows, 3).funded == ("a", "b", "c")
    assert groups(rows, 0).rejected == ("a", "b", "c", "d") and groups(rows, 9).funded == ("a", "b", "c", "d")


def test_a_group_that_fits_whole_is_funded():
    rows = [standing("a", 1.1, 1, 1), standing("b", 2.0, 2, 2), standing("c", 3.0, 3, 3)]
    found = groups(rows, 2)
    assert (found.funded, found.chance, found.rejected) == (("a", "b"), (), ("c",))
