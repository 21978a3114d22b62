"""What a page says after something was done.

The address carries a word of this table (`?done=...`), so nobody can make it say anything else.
"""

from typing import Final

NOTICES: Final = {
    "account-changed": "The account is changed.",
    "account-disabled": "The account is disabled and signed out everywhere.",
    "account-enabled": "The account is enabled again.",
    "member-added": "They belong to this tenant now.",
    "member-removed": "They no longer belong to this tenant.",
    "name-changed": "Your name is changed.",
    "password-changed": "Your password is changed and your other sessions have ended.",
    "role-changed": "The role is changed; it holds from their next click on.",
    "role-created": "The role is created.",
    "role-deleted": "The role is deleted.",
    "role-saved": "The role is saved; it holds for its members from their next click on.",
    "script-activated": "The version runs from now on.",
    "script-archived": "The script is in the archive.",
    "script-created": "The draft is saved. It runs once you activate it.",
    "script-deleted": "The script is deleted.",
    "script-paused": "The script is paused.",
    "script-reset": "Its errors are forgotten.",
    "script-restored": "The older version is the latest now. What runs stays until you activate it.",
    "script-resumed": "The script runs again.",
    "script-saved": "The version is saved. What runs stays until you activate it.",
    "script-settings-saved": "The settings are saved.",
    "script-unarchived": "The script is a draft again.",
    "session-ended": "The session has ended.",
    "sessions-ended": "All your other sessions have ended.",
    "signed-out": "You are signed out.",
    "tenant-switched": "You are in another tenant now.",
    "token-revoked": "The token is revoked; requests with it are refused from now on.",
    "user-created": "The account is created. Hand over the address and password.",
}


def notice(word: str | None) -> str | None:
    """The sentence for a word; None for none and for words we don't know."""
    return NOTICES.get(word or "")
