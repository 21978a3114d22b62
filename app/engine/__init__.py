"""The Rhai language: source to verified Python code objects. No IO, no clock, no third party."""

from app.engine.limits import Limits
from app.engine.outcome import Host, Outcome, Usage
from app.engine.program import Program, compile_script
from app.engine.runtime import DebugLine
from app.engine.shapes import Record, Unfit
from app.engine.trace import Trace
from app.engine.translation import Failure

__all__ = ["DebugLine", "Failure", "Host", "Limits", "Outcome", "Program", "Record", "Trace", "Unfit", "Usage", "compile_script"]
