"""What a program's values are, found out before it is translated: types of variables, and the ranges of integers.

``atoms`` says what a type is, ``types`` how those of containers are made and joined, ``expressions`` what an expression gives, ``steps``
what a step of a chain leads to, ``program`` what a variable, a parameter and a result may hold, ``pointers``, ``methods`` and ``knots``
what is called through pointers and as a method, ``intervals`` between which bounds an integer lies. It knows trees and bindings, nothing
of Python code.
Why it is sound: see ``docs/explanation/engine.md``, "What is known of types".
"""

from app.engine.infer import types
from app.engine.infer.atoms import ANY, Kind, Type
from app.engine.infer.expressions import Expressions
from app.engine.infer.intervals import Interval, Intervals, sized
from app.engine.infer.knots import has_knots
from app.engine.infer.program import infer
from app.engine.infer.steps import bounds_of_range, may_be_called, may_hold_pointers, of_step, takes_element, text_of_characters

__all__ = [
    "ANY",
    "Expressions",
    "Interval",
    "Intervals",
    "Kind",
    "Type",
    "bounds_of_range",
    "has_knots",
    "infer",
    "may_be_called",
    "may_hold_pointers",
    "of_step",
    "sized",
    "takes_element",
    "text_of_characters",
    "types",
]
