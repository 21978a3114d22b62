"""Names to bindings: which declaration each variable means, and what is done through it.

One walk over a script's tree before lowering. It knows natives only to tell which methods can change their receiver.
"""

from app.engine.resolve.alike import is_alike
from app.engine.resolve.bindings import Binding, Frame, Origin, Owner, Resolution
from app.engine.resolve.effects import MAKING, SWEEPS
from app.engine.resolve.names import resolve

__all__ = ["MAKING", "SWEEPS", "Binding", "Frame", "Origin", "Owner", "Resolution", "is_alike", "resolve"]
