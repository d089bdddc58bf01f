"""What a call tells beside its rules: the eligibility quiz and the people to ask."""

from __future__ import annotations

import re
from typing import Any

from app.calls.strict import Node
from workflows.machine import N_

RIGHT = ("yes", "no")
EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\".]+(\.[^@\s<>\".]+)+")


def parse_quiz(node: Node, languages: tuple[str, ...]) -> list[dict[str, Any]]:
    """Questions that an applicant answers with yes or no; ``why`` tells what follows from the other answer."""
    found = []
    for item in node.items(0, 30):
        parts = item.mapping(("id", "text", "right", "why"))
        found.append(
            {
                "id": parts["id"].word(),
                "text": parts["text"].texts(languages),
                "right": parts["right"].choice(RIGHT, "yes"),
                "why": parts["why"].texts(languages),
            }
        )
    ids = [str(question["id"]) for question in found]
    for name in sorted({i for i in ids if i and ids.count(i) > 1}):
        node.flaw(N_("“%(name)s” is used twice"), name=name)
    return found


def parse_contacts(node: Node, languages: tuple[str, ...]) -> list[dict[str, Any]]:
    """People whom applicants may write to, each with what they can be asked."""
    found = []
    for item in node.items(0, 20):
        parts = item.mapping(("name", "email"), ("role",))
        email = parts["email"].text(longest=254)
        if email and not EMAIL.fullmatch(email):
            parts["email"].flaw(N_("“%(value)s” is no e-mail address"), value=email)
        role = {"role": parts["role"].texts(languages)} if parts["role"].value else {}
        found.append({"name": parts["name"].text(longest=120), **role, "email": email})
    return found
