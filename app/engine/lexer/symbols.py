"""The symbols of the language, and those that Rhai only knows in order to refuse them with advice."""

from __future__ import annotations

from typing import Final

SYMBOLS: Final = """**= <<= >>= ..= ... === !== ::< () (* *) #{ += ++ -= -> -- *= ** /= .. == => :: := :; <= <- << <| >= >> != !.
    || |= |> && &= ^= %= ?. ?? ?[ { } ( ) [ ] + - * / ; , . = : < > ! | & ^ ~ % @ $ ?""".split()

ADVICE: Final = {
    "===": "'===' is not a valid operator. This is not JavaScript! Should it be '=='?",
    "!==": "'!==' is not a valid operator. This is not JavaScript! Should it be '!='?",
    "->": "'->' is not a valid symbol. This is not C or C++!",
    "<-": "'<-' is not a valid symbol. This is not Go! Should it be '<='?",
    ":=": "':=' is not a valid assignment operator. This is not Go or Pascal! Should it be simply '='?",
    ":;": "':;' is not a valid symbol. Should it be '::'?",
    "::<": "'::<>' is not a valid symbol. This is not Rust! Should it be '::'?",
    "(*": "'(* .. *)' is not a valid comment format. This is not Pascal! Should it be '/* .. */'?",
    "*)": "'(* .. *)' is not a valid comment format. This is not Pascal! Should it be '/* .. */'?",
}
RESERVED_SYMBOLS: Final = frozenset("... ++ -- !. <| |> ~ @ $ ?".split())
ODD: Final = RESERVED_SYMBOLS | ADVICE.keys() | {"+", "-"}
"""Symbols that aren't simply what they look like: refused, or signs."""
BRACES: Final = frozenset({"{", "}", "#{"})
