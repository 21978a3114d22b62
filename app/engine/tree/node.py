"""What all nodes have, and the two nodes that belong to no kind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Node:
    """What all nodes have."""

    start: int
    end: int
    pos: int


@dataclass(slots=True)
class Name(Node):
    """An identifier where it is introduced: a variable, a parameter, an alias."""

    text: str


@dataclass(slots=True)
class Missing(Node):
    """Stands where the parser found an error and went on; a tree with one is never compiled."""
