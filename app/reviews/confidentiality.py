"""What reviewers agree to before the content of any proposal opens. Another wording is another agreement. Pure."""

from __future__ import annotations

import hashlib

from workflows.machine import N_

PARAGRAPHS = (
    N_("I use what I read in proposals only to review them."),
    N_(
        "I show and tell it to nobody: not the texts, not the files, not who applies, not what others think of it. "
        "I put none of it into translation or writing services on the internet, nor into artificial intelligence that others run."
    ),
    N_("I write my review myself. If I want help from a colleague, I ask the programme first."),
    N_(
        "I say at once if I have a conflict of interest, also when I find it later: if I, somebody close to me or my employer "
        "works with, owns, advises or competes with the applicant or a partner, or helped to write the proposal."
    ),
    N_("I do not contact applicants about their proposals, and I accept nothing from them."),
    N_("I delete my copies when the review is done. I keep silent about proposals and reviews also after that."),
)
SHA256 = hashlib.sha256("\n".join(PARAGRAPHS).encode()).hexdigest()
