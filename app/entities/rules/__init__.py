"""The rules of a type, compiled: each field becomes one function that takes a value and gives its normal form, or notes what is wrong.

Compiled once for each version of a type and kept, because every save goes through them.
"""

from app.entities.rules.compiled import Checked, Rules, compile_rules

__all__ = ["Checked", "Rules", "compile_rules"]
