"""Running compiled programs: the machine of one run, the leaf functions that code calls, and places from tracebacks."""

from app.engine.runtime.leaves import leaves, native
from app.engine.runtime.machine import Bound, DebugLine, Machine
from app.engine.runtime.modules import Module
from app.engine.runtime.places import EVAL_MAIN, FILE_PREFIX, MODULE_MAIN, SITES, settled

__all__ = ["EVAL_MAIN", "FILE_PREFIX", "MODULE_MAIN", "SITES", "Bound", "DebugLine", "Machine", "Module", "leaves", "native", "settled"]
