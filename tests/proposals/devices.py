"""A device that writes a section and saves it by itself."""

from __future__ import annotations

import json

from app.proposals import queries
from tests.factories.identity import make_member
from tests.factories.proposals import make_proposal
from tests.proposals.conftest import address, loaded

SAVES = {"X-Autosave": "1"}


class Device:
    """An open page with a script: what it knows of each field, and how many edits it has counted."""

    def __init__(self, client, stage, section="idea", name="device-one"):
        self.client, self.url, self.name = client, f"{address(stage)}/sections/{section}", name
        self.version = int(client.form(self.url, self.url)["values"]["version"])
        self.bases, self.sequence = {}, 0

    def body(self, **fields):
        bases = {name: self.bases.get(name, self.version) for name in fields}
        return {
            "csrf_token": self.client.csrf_token(), "version": str(self.version), "patch:client": self.name,
            "patch:sequence": str(self.sequence), "patch:bases": json.dumps(bases), **fields,
        }  # fmt: skip

    def type(self, **fields):
        self.sequence += 1
        return self.post(self.body(**fields))

    def post(self, body):
        answer = self.client.post(self.url, data=body, headers=SAVES)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def learns(self, told):
        self.version = told["version"]


def waiting(proposal):
    return queries.waiting_texts([loaded(proposal).id])


def two_devices(session, as_owner, new_client, sign_in):
    """A draft, the owner's device, a colleague's, and the colleague."""
    proposal = make_proposal("draft")
    colleague = make_member(proposal.organisation, "editor")
    stage = proposal.stages[-1]
    session.commit()
    mine = Device(as_owner(proposal), stage)
    return proposal, mine, Device(sign_in(new_client(), colleague), stage, name="device-two"), colleague
