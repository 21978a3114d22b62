"""What inference knows of the library's functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.engine.infer.atoms import ANY, BOOL, CHAR, FLOAT, INT, TEXT, Kind, Type, integer
from app.engine.infer.types import array_of

RECEIVERS: Final = {
    Kind.INT: "i64",
    Kind.FLOAT: "f64",
    Kind.BOOL: "bool",
    Kind.TEXT: "string",
    Kind.CHAR: "char",
    Kind.ARRAY: "array",
    Kind.MAP: "map",
}
"""The names that natives know kinds by."""

_TEXTS: Final = array_of(TEXT)
_CHARACTERS: Final = array_of(CHAR)
VALUES: Final = array_of(ANY)
"""Stands for an array of a map's values."""
ELEMENT: Final = array_of(INT)
"""Stands for an element of an array, or () if there is none."""
SAME: Final = array_of(FLOAT)
"""Stands for an array of the same elements."""
RESULTS: Final[dict[tuple[Kind, str, int], Type]] = {
    **{(kind, name, 0): TEXT for kind in (Kind.TEXT, Kind.CHAR, Kind.INT, Kind.FLOAT, Kind.BOOL) for name in ("to_string", "to_debug")},
    **{(Kind.TEXT, name, 0): TEXT for name in ("to_upper", "to_lower")},
    **{(Kind.TEXT, name, argc): TEXT for name, argc in (("sub_string", 1), ("sub_string", 2))},
    **{(Kind.TEXT, name, argc): BOOL for name, argc in (("is_empty", 0), ("contains", 1), ("starts_with", 1), ("ends_with", 1))},
    **{(Kind.TEXT, name, argc): INT for name, argc in (("len", 0), ("bytes", 0), ("index_of", 1), ("index_of", 2))},
    **{(Kind.TEXT, "parse_int", argc): INT for argc in (0, 1)},
    (Kind.TEXT, "parse_float", 0): FLOAT,
    (Kind.TEXT, "split", 0): _TEXTS,
    **{(Kind.TEXT, name, argc): _TEXTS for name in ("split", "split_rev") for argc in (1, 2)},
    (Kind.TEXT, "to_chars", 0): _CHARACTERS,
    (Kind.ARRAY, "len", 0): INT,
    (Kind.ARRAY, "is_empty", 0): BOOL,
    (Kind.ARRAY, "contains", 1): BOOL,
    (Kind.ARRAY, "index_of", 1): INT,
    **{(Kind.ARRAY, name, argc): ELEMENT for name, argc in (("pop", 0), ("shift", 0), ("remove", 1), ("get", 1))},
    **{(Kind.ARRAY, "extract", argc): SAME for argc in (1, 2)},
    (Kind.ARRAY, "some", 1): BOOL,
    (Kind.ARRAY, "all", 1): BOOL,
    (Kind.MAP, "keys", 0): _TEXTS,
    (Kind.MAP, "values", 0): VALUES,
    (Kind.MAP, "len", 0): INT,
    (Kind.MAP, "is_empty", 0): BOOL,
    (Kind.MAP, "contains", 1): BOOL,
    (Kind.INT, "abs", 0): INT,
    (Kind.FLOAT, "abs", 0): FLOAT,
    (Kind.INT, "to_float", 0): FLOAT,
    (Kind.INT, "to_int", 0): INT,
    (Kind.FLOAT, "to_int", 0): INT,
    (Kind.CHAR, "to_int", 0): integer(21),
    **{(Kind.CHAR, name, 0): CHAR for name in ("to_upper", "to_lower")},
}
"""Results of natives by the receiver's kind, their name, and the number of further arguments."""
KEEPING: Final = frozenset(
    {
        ("pop", 0),
        ("shift", 0),
        ("remove", 1),
        ("truncate", 1),
        ("clear", 0),
        ("reverse", 0),
        ("sort", 0),
        ("sort", 1),
        ("sort_by", 1),
        ("sort_desc", 0),
        ("dedup", 0),
        ("chop", 1),
        ("len", 0),
    }
)
"""Natives that put nothing new into an array."""
LEAVING_IN_PLACE: Final = frozenset({"len", "pop", "truncate", "clear"})
"""Those of them after which every element that is left is where it was."""
SORTING: Final = frozenset({("sort", 1), ("sort_by", 1)})
"""Natives that give a function two elements."""
PUT: Final[Mapping[tuple[str, int], int]] = {("push", 1): 0, ("insert", 2): 1, ("pad", 2): 1, ("set", 2): 1}
"""Natives that put one of their arguments into an array as an element."""
