"""What a page says after something was done.

The address carries a word of this table (`?done=...`), so nobody can make it say anything else.
"""

from typing import Final

NOTICES: Final = {
    "account-changed": "The account is changed.",
    "account-disabled": "The account is disabled and signed out everywhere.",
    "account-enabled": "The account is enabled again.",
    "bulk-started": "The runs wait for their turn. This page follows them.",
    "bulk-stopped": "What still waited will not run.",
    "host-allowed": "Scripts may call this host from now on.",
    "host-removed": "Scripts may no longer call this host.",
    "letter-dropped": "The message is dropped for good.",
    "letter-retried": "The message is tried again, from its first attempt.",
    "member-added": "They belong to this tenant now.",
    "member-removed": "They no longer belong to this tenant.",
    "name-changed": "Your name is changed.",
    "password-changed": "Your password is changed and your other sessions have ended.",
    "record-created": "The record is created.",
    "record-deleted": "The record is deleted.",
    "record-saved": "The record is saved.",
    "record-saved-warned": "The record is saved, though a script failed and was let pass.",
    "role-changed": "The role is changed; it holds from their next click on.",
    "role-created": "The role is created.",
    "role-deleted": "The role is deleted.",
    "role-saved": "The role is saved; it holds for its members from their next click on.",
    "run-rerun": "This is the new run.",
    "run-stopped": "The run is stopped.",
    "schedule-created": "The schedule is made: the clock starts its script from now on.",
    "schedule-deleted": "The schedule is deleted. Its runs stay in the history.",
    "schedule-filled": "What was missing waits for its turn and shows up below as it runs.",
    "schedule-paused": "The schedule is paused: nothing starts until it is resumed.",
    "schedule-resumed": "The schedule goes on from now.",
    "schedule-run": "The script is queued to run once, now.",
    "schedule-saved": "The schedule is saved.",
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
    "secret-deleted": "The secret is deleted.",
    "secret-set": "The secret is set. Its value is shown to nobody from now on.",
    "session-ended": "The session has ended.",
    "sessions-ended": "All your other sessions have ended.",
    "signed-out": "You are signed out.",
    "tenant-switched": "You are in another tenant now.",
    "token-revoked": "The token is revoked; requests with it are refused from now on.",
    "type-created": "The type is defined. Its records can be kept from now on.",
    "type-deleted": "The type is deleted.",
    "type-saved": "The type is saved; it holds from the next save on.",
    "user-created": "The account is created. Hand over the address and password.",
}


def notice(word: str | None) -> str | None:
    """The sentence for a word; None for none and for words we don't know."""
    return NOTICES.get(word or "")
