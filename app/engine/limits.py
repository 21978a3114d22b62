"""The bounds under which a script is compiled and run. 0 switches a bound off.

Defaults follow the real Rhai where it has one (expression depth, call levels); what Rhai leaves unbounded by default
is bounded by the caller, who knows the tenant's plan.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_SMALL = 4_096
_MODERATE = 2**30


@dataclass(frozen=True, slots=True)
class Limits:
    """All bounds of one run; each 0 means unlimited."""

    max_operations: int = 0
    max_call_levels: int = 64
    max_string_size: int = 0
    """UTF-8 bytes of a string, or of all strings in a container together."""
    max_array_size: int = 0
    """Elements of an array or bytes of a blob, nested ones included."""
    max_map_size: int = 0
    """Entries of an object map, nested ones included."""
    max_functions: int = 0
    max_variables: int = 0
    max_modules: int = 0
    max_expr_depth: int = 64
    max_function_expr_depth: int = 32
    max_memory: int = 0
    """Bytes a run may add by growing strings and containers, in total (nothing is credited back)."""

    has_data_sizes: bool = field(init=False, repr=False, compare=False)
    """Whether any size of a value is bounded (derived)."""

    has_small_sizes: bool = field(init=False, repr=False, compare=False)
    """Whether one of them is so small that growing containers are measured each time (derived)."""

    is_moderate: bool = field(init=False, repr=False, compare=False)
    """Whether operations, and the sizes of strings and arrays, are bounded by 2 ** 30 at most (derived)."""

    def __post_init__(self) -> None:
        sizes = (self.max_string_size, self.max_array_size, self.max_map_size)
        counted = (self.max_operations, self.max_string_size, self.max_array_size)
        object.__setattr__(self, "is_moderate", all(0 < bound <= _MODERATE for bound in counted))
        object.__setattr__(self, "has_small_sizes", any(0 < size < _SMALL for size in sizes))
        object.__setattr__(self, "has_data_sizes", bool(self.max_string_size or self.max_array_size or self.max_map_size))
