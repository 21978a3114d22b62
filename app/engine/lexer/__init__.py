"""Source text to tokens, in one pass."""

from app.engine.lexer.scan import scan
from app.engine.lexer.tokens import CALLABLE_WORDS, KEYWORDS, METHOD_WORDS, RESERVED_WORDS, Tokens, is_identifier

__all__ = ["CALLABLE_WORDS", "KEYWORDS", "METHOD_WORDS", "RESERVED_WORDS", "Tokens", "is_identifier", "scan"]
