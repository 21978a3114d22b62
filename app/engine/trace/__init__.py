"""Traces: what a run did, step by step, so that any moment of it can be shown again, forwards and backwards.

A step is taken before each statement, at the end of the main program, and where an error ends the run. It says which variables
of which call changed since the step before, as bounded texts, and how many of the journal's host calls are past. States are
rebuilt from these changes; checkpoints keep that cheap.
"""

from app.engine.trace.recorder import Mark, Recorder
from app.engine.trace.steps import Cursor, Frame, Step, Trace

__all__ = ["Cursor", "Frame", "Mark", "Recorder", "Step", "Trace"]
