"""Affinity: what fits better scores higher, in any of the three languages."""

from __future__ import annotations

import numpy as np
import pytest

from app.reviews.matching.affinity import affinity, members, overlap
from app.reviews.matching.calls import ProposalFacts, ReviewerFacts, Weights
from app.reviews.matching.topics import nearness, terms, words


def test_words_are_plain_in_three_languages():
    assert words("Les mines artisanales de l’étain à Kalima") == ["mine", "artisanale", "etain", "kalima"]
    assert words("Minería artesanal: los mineros y las cooperativas") == [
        "mineria",
        "artesanal",
        "minero",
        "cooperativa",
    ]
    assert words("Mines and the mine's access to ASM-sites") == ["mine", "mine", "access", "asm", "site"]
    assert terms("tin mine tin")["tin mine"] == 1 and terms("tin mine tin")["tin"] == 2


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Mercury-free gold processing in artisanal mines", 0),
        ("Traitement de l’or sans mercure dans les mines artisanales", 1),
        ("Trazabilidad de la cadena de suministro del estaño", 2),
    ],
)
def test_the_nearest_reviewer_is_found(text, near):
    reviewers = [
        ["gold processing without mercury", "child labour"],
        ["mines artisanales d’or, traitement et mercure", "santé"],
        ["cadenas de suministro y trazabilidad del estaño"],
        [],
    ]
    found = nearness([text], reviewers)
    assert found.shape == (1, 4)
    assert int(found[0].argmax()) == near and found[0, near] == 1.0 and found[0, 3] == 0.0


def test_the_nearest_text_counts_most_and_order_does_not():
    asked, far = ["tin smelter audit"], "gold rush history"
    one, two = nearness(asked, [["tin smelter audit", far], ["tin smelter"]]), None
    two = nearness(asked, [[far, "tin smelter audit"], ["tin smelter"]])
    assert np.array_equal(one, two)


def test_no_texts_are_no_nearness():
    assert nearness([], [["tin"]]).shape == (0, 1)
    assert nearness(["tin"], []).shape == (1, 0)
    assert not nearness(["", "the of"], [["tin"], []]).any()


def test_the_main_mineral_counts_most():
    proposal = ProposalFacts("P", ("tin", "gold"), ("CD",))
    reviewers = [
        ReviewerFacts("main", ("tin",)),
        ReviewerFacts("other", ("gold",)),
        ReviewerFacts("both", ("gold", "tin"), ("CD",)),
        ReviewerFacts("none"),
    ]
    found = affinity([proposal], reviewers, np.zeros((1, 4)), {})
    assert found.mineral[0] == pytest.approx([0.85, 0.15, 1.0, 0.0])
    assert found.score[0] == pytest.approx([0.425, 0.075, 0.65, 0.0])


def test_bids_move_the_score_and_a_no_takes_the_pair_out():
    people = [ReviewerFacts(k, ("tin",), ("CD",)) for k in ("a", "b", "c", "d")]
    bids = {("P", "a"): "eager", ("P", "b"): "reluctant", ("P", "c"): "no", ("Q", "a"): "no", ("P", "x"): "no"}
    found = affinity([ProposalFacts("P", ("tin",), ("CD",))], people, np.full((1, 4), 1.0), bids)
    assert found.score[0] == pytest.approx([1.0, 0.9, 1.0, 1.0])
    assert found.refused.tolist() == [[False, False, True, False]]
    light = affinity([ProposalFacts("P", ("tin",))], people, np.zeros((1, 4)), bids, Weights(mineral=0.2))
    assert light.score[0] == pytest.approx([0.4, 0.1, 0.2, 0.2])


def test_overlap_is_a_share_of_what_is_asked():
    assert overlap([("a", "b"), ()], [("a",), ("a", "b", "c"), ()]).tolist() == [[0.5, 1.0, 0.0], [0.0, 0.0, 0.0]]


def test_members_of_a_cover():
    proposals = [ProposalFacts("P", language="fr"), ProposalFacts("Q")]
    reviewers = [ReviewerFacts("a", languages=("fr", "en")), ReviewerFacts("b", languages=("en",))]
    subjects, found = members(proposals, reviewers, lambda p: p.language, lambda r: r.languages)
    assert subjects == ("fr", "")
    assert found.tolist() == [[True, False], [False, False]]
