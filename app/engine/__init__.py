"""The Rhai language: source to verified Python code objects. No IO, no clock, no third party."""

from app.engine.limits import Limits
from app.engine.program import Host, Outcome, Program, Usage, compile_script
from app.engine.runtime import DebugLine
from app.engine.trace import Trace
from app.engine.translation import Failure

__all__ = ["DebugLine", "Failure", "Host", "Limits", "Outcome", "Program", "Trace", "Usage", "compile_script"]
