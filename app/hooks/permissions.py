"""What may be done with endpoints and messages that were given up on."""

from typing import Final

from app.access import BuiltinRole, Permission

PERMISSIONS: Final = (
    Permission("hooks.endpoint.call", "Call scripts' endpoints that ask for a token.", BuiltinRole.AUTHOR, (BuiltinRole.OPERATOR,)),
    Permission("hooks.letter.list", "See messages that were given up on.", BuiltinRole.REVIEWER, (BuiltinRole.OPERATOR,)),
    Permission("hooks.letter.retry", "Have a message that was given up on tried again.", BuiltinRole.AUTHOR, (BuiltinRole.OPERATOR,)),
    Permission("hooks.letter.drop", "Drop a message that was given up on for good.", BuiltinRole.AUTHOR, (BuiltinRole.OPERATOR,)),
)
