"""The verifier: refuses code objects that the compiler could not have meant.

It knows nothing of the compiler. It looks at finished code objects, nested ones included, just before they are executed, and lets
pass only listed instructions, names and constants. So for a script to reach anything outside its own values, the compiler and
the verifier must both be wrong, in ways that fit together.
"""

from app.engine.verify.checks import Refused, verify

__all__ = ["Refused", "verify"]
