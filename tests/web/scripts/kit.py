"""The form of a script, and scripts made with it."""

from typing import Final

from tests.web.visitor import Visitor

FORM: Final = {"name": "greet", "kind": "manual", "priority": "100", "source": 'log("one");\r\nlog("two");\r\n'}


async def new_script(visitor: Visitor, **fields: str) -> str:
    """The path of a new script, saved as a draft."""
    return await visitor.create("/scripts/new", {**FORM, **fields})
