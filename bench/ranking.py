"""How near the published rankings, and how fast? Invented votes, and the published panels where they are.

Usage: ``./run bench ranking [--quick]`` (targets: ``design/science.md`` B5).
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from app.reviews.numbers.expected_rank import Expectation, expected_ranks, groups
from app.reviews.numbers.posterior import Scale
from app.reviews.numbers.severity import severity
from bench._demo import machine
from bench._rankings import invented, mock_votes, ranking_cases

SIZES = ((15, 5, 5, 2.0), (353, 9, 8, 5.0), (500, 150, 3, 10.0))
SIX = Scale.of(1, 6)
EXACT, PUBLISHED, CHAINS = 0.02, 0.08, 0.1
REPEATS = 5


def timed(proposals: int, reviewers: int, each: int, repeats: int) -> dict[str, object]:
    """One size: medians of the CPU seconds, and whether a second run is equal in every bit."""
    votes = invented(proposals, reviewers, each)
    ranking, fitting, found = [], [], []
    for _ in range(max(repeats, 2)):
        start = time.process_time()
        found.append(expected_ranks(votes, SIX))
        middle = time.process_time()
        severity(votes)
        ranking.append(middle - start)
        fitting.append(time.process_time() - middle)
    line: dict[str, object] = {"size": f"{proposals}x{reviewers}", "each": each, "n": len(ranking)}
    line |= {"ranking_cpu": round(statistics.median(ranking), 2), "severity_cpu": round(statistics.median(fitting), 2)}
    line |= {"nodes": found[0].nodes if found[0] else 0, "same_bits": all(one == found[0] for one in found)}
    print(line)
    return line


def ranks(found: Expectation | None) -> dict[str, float]:
    return {one.proposal: one.rank for one in found.standings} if found else {}


def column(place: Path, name: str, key: str) -> dict[str, float]:
    """A column of a reference: proposal → number."""
    with (place / "ERforResearch_mock" / f"{name}.csv").open() as file:
        return {row["proposal"]: float(row[key]) for row in csv.DictReader(file)}


def furthest(found: dict[str, float], reference: dict[str, float]) -> float:
    return round(max(abs(found[name] - reference[name]) for name in reference), 4)


def published() -> dict[str, object] | None:
    """Largest differences in ranks from what is published, and whether the groups around the line are the same."""
    place = ranking_cases()
    if place is None:
        print("The published rankings are not here (../shared/data/ranking).")
        return None
    case = json.loads((place / "expected.json").read_text())["er_mock_panel1"]
    one = expected_ranks(mock_votes(place, "p1"), SIX)
    whole = expected_ranks(mock_votes(place), SIX, by_section=True)
    if one is None or whole is None:
        return None
    first, three = groups(one.standings, case["fundable"]), groups(whole.standings, 15)
    figures = case["published_figure_groups"]
    same = list(first.funded) == figures["accepted"] and sorted(first.chance) == sorted(figures["lottery"])
    same &= len(three.funded) == 12 and set(three.chance) == {"#5", "#6", "#21", "#22", "#34", "#35"}
    return {
        "exact": furthest(ranks(one), dict(zip(case["order"], case["exact_er"], strict=True))),
        "printed": furthest(ranks(one), dict(zip(case["order"], case["published_er"], strict=True))),
        "chain": furthest(ranks(one), column(place, "jags_p1", "er")),
        "three_exact": furthest(ranks(whole), column(place, "all_panels_reference", "er_exact")),
        "three_chain": furthest(ranks(whole), column(place, "jags_all", "er")),
        "same_groups": same,
    }


def misses(cases: dict[str, object] | None) -> list[str]:
    """The targets that the published cases missed."""
    limits = {"exact": EXACT, "printed": PUBLISHED, "chain": CHAINS, "three_exact": EXACT, "three_chain": CHAINS}
    found = [f"{name}: {cases[name]}" for name, most in limits.items() if cases and float(str(cases[name])) > most]
    return found + (["the groups differ"] if cases and not cases["same_groups"] else [])


def main() -> int:
    quick = "--quick" in sys.argv
    expected_ranks(invented(5, 3, 2), SIX)  # what is loaded at first use is no part of the figures
    lines, missed = [], []
    for proposals, reviewers, each, seconds in SIZES:
        line = timed(proposals, reviewers, each, 2 if quick else REPEATS)
        lines.append(line)
        missed += [f"{line['size']}: {line['ranking_cpu']} s"] if float(str(line["ranking_cpu"])) > seconds else []
        missed += [] if line["same_bits"] else [f"{line['size']}: a second run differs"]
    cases = published()
    missed += misses(cases)
    figures = {"lines": lines, "published": cases or "not here", "missed": missed}
    print(json.dumps({"bench": "ranking", **machine(), "quick": quick, "figures": figures, "ok": not missed}))
    return 0 if not missed else 1


if __name__ == "__main__":
    raise SystemExit(main())
