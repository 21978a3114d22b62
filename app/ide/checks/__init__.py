"""All diagnostic codes, one module each."""

from __future__ import annotations

from typing import Final

from app.ide.checks import (
    assignment_to_constant,
    incompatible_comparison,
    outside_phase,
    shadowed_parameter,
    syntax,
    unknown_field,
    unknown_function,
    unknown_name,
    unreachable_code,
    unused_variable,
    wrong_argument_count,
)
from app.ide.checks.check import Check

CHECKS: Final[tuple[Check, ...]] = (
    syntax.CHECK,
    unknown_name.CHECK,
    unknown_function.CHECK,
    wrong_argument_count.CHECK,
    outside_phase.CHECK,
    unknown_field.CHECK,
    assignment_to_constant.CHECK,
    incompatible_comparison.CHECK,
    unreachable_code.CHECK,
    unused_variable.CHECK,
    shadowed_parameter.CHECK,
)
