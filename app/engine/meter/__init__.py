"""Counting operations: the model (``weights``) and the counter that compiled code pays (``counter``)."""

from app.engine.meter.counter import Meter
from app.engine.meter.weights import Weights

__all__ = ["Meter", "Weights"]
