"""Signing in as a browser does."""

from __future__ import annotations

from tests.factories.identity import PASSWORD

PAGE = "/account"


def is_signed_in(client) -> bool:
    return client.get(PAGE).status_code == 200


def try_sign_in(client, email, password=PASSWORD, next_="", **more):
    fields = {"csrf_token": client.csrf_token(), "email": email, "password": password, "next": next_}
    return client.post("/sign-in", data=fields, **more)
