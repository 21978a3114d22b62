"""Traces: what a run did, step by step, so that any moment of it can be shown again, forwards and backwards.

A step is taken before each statement and at the end of the main program. It says which variables of which call changed since the step
before, as bounded texts. States are rebuilt from these changes; checkpoints keep that cheap.
"""

from app.engine.trace.recorder import Mark, Recorder
from app.engine.trace.steps import Cursor, Frame, HostCall, Step, Trace

__all__ = ["Cursor", "Frame", "HostCall", "Mark", "Recorder", "Step", "Trace"]
