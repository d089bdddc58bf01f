"""What people do with accounts, organisations and roles."""

from app.identity.services.attempts import TooManyAttempts, count_answer, count_practice
from app.identity.services.confirming import NotConfirmed, check_password, confirming_person, replace_session
from app.identity.services.documents import add_document, add_document_version, remove_document
from app.identity.services.forgetting import forget_expired
from app.identity.services.invitations import (
    accept_invitation,
    count_invitation,
    invite_member,
    withdraw_invitation,
)
from app.identity.services.newcomers import (
    change_address,
    discard,
    refuse_unconfirmed,
    send_link_again,
    take_over,
)
from app.identity.services.organisations import (
    add_member,
    change_member_role,
    change_organisation,
    create_organisation,
    name_organisation,
    remove_member,
)
from app.identity.services.password_change import (
    WrongPassword,
    change_password,
    request_password_reset,
    reset_password,
)
from app.identity.services.people import as_actor, change_account, create_person, suspend, unsuspend
from app.identity.services.programmes import create_programme, grant_role, revoke_role
from app.identity.services.registration import AddressTaken, choose_password_instead, register_person, verify_email
from app.identity.services.sign_in import SignInRefused, has_password, sign_in
from app.identity.services.tokens import (
    DeadLink,
    end_session,
    end_sessions,
    issue_link,
    new_token,
    open_link,
    open_session,
    token_hash,
)

__all__ = [
    "AddressTaken",
    "DeadLink",
    "NotConfirmed",
    "SignInRefused",
    "TooManyAttempts",
    "WrongPassword",
    "accept_invitation",
    "add_document",
    "add_document_version",
    "add_member",
    "as_actor",
    "change_account",
    "change_address",
    "change_member_role",
    "change_organisation",
    "change_password",
    "check_password",
    "choose_password_instead",
    "confirming_person",
    "count_answer",
    "count_invitation",
    "count_practice",
    "create_organisation",
    "create_person",
    "create_programme",
    "discard",
    "end_session",
    "end_sessions",
    "forget_expired",
    "grant_role",
    "has_password",
    "invite_member",
    "issue_link",
    "name_organisation",
    "new_token",
    "open_link",
    "open_session",
    "refuse_unconfirmed",
    "register_person",
    "remove_document",
    "remove_member",
    "replace_session",
    "request_password_reset",
    "reset_password",
    "revoke_role",
    "send_link_again",
    "sign_in",
    "suspend",
    "take_over",
    "token_hash",
    "unsuspend",
    "verify_email",
    "withdraw_invitation",
]
