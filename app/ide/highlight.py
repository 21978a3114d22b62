"""Colours for Rhai: one table of patterns for Pygments (versions, diffs, logs) and for CodeMirror (the editor).

CodeMirror's simple mode reads a script line by line and knows only "match here, then push or pop a state". So every
pattern here stays within one line, looks ahead but never behind, and moves at most one state at a time; what spans
lines (comments, strings) is a state. ``export_tokens`` hands the same table to the browser.

Source: Rhai's tokenizer for what a token is; https://codemirror.net/5/demo/simplemode.html for the exported form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, NotRequired, TypeAlias, TypedDict

from pygments.lexer import RegexLexer, include
from pygments.token import (
    STANDARD_TYPES,
    Comment,
    Error,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Whitespace,
    _TokenType,
)

_END = r"(?![A-Za-z0-9_])"
"""The end of a word. Not ``\\b``, which JavaScript and Python define differently beyond ASCII."""

_DIGITS = r"[0-9][0-9_]*"
_EXPONENT = rf"[eE][+-]?{_DIGITS}"
_HEX_ESCAPE = r"x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}"
_DEEPEST_RAW_STRING = 8
"""Raw strings over several lines need one state per number of ``#``; more than this many are shown as an error.

Bounding the count also keeps a line of nothing but ``#`` linear."""

_CONTROL = ("break", "catch", "continue", "do", "else", "for", "if", "loop", "return", "switch", "throw", "try", "until", "while")
_RESERVED = (
    *("async", "await", "case", "default", "go", "goto", "is", "match", "module", "new", "nil", "null", "package"),
    *("protected", "public", "shared", "spawn", "static", "super", "sync", "thread", "use", "var", "void", "with", "yield"),
)
_FUNCTION_KEYWORDS = ("Fn", "call", "curry", "debug", "eval", "is_def_fn", "is_def_var", "is_shared", "print", "type_of")
_RESERVED_SYMBOLS = r"===|!==|->|<-|:=|:;|\.\.\.|::<|\+\+|--|<\||\|>|\(\*|\*\)|!\.|\?(?![.\[?])|[~#@$\\]"
_GAP = r"[^\S\n]*"

Rule: TypeAlias = tuple[str, _TokenType] | tuple[str, _TokenType, str] | include


def _any_of(*alternatives: str) -> str:
    return f"(?:{'|'.join(alternatives)})"


def _raw_string_states() -> dict[str, list[Rule]]:
    states: dict[str, list[Rule]] = {}
    for count in range(1, _DEEPEST_RAW_STRING + 1):
        hashes = "#" * count
        states[f"raw{count}"] = [
            (rf'"{hashes}', String, "#pop"),
            (r'[^"\n]+', String),
            (r'"', String),
            (r"\n", String),
        ]
    return states


class RhaiLexer(RegexLexer):
    """Pygments lexer for Rhai scripts."""

    name = "Rhai"
    url = "https://rhai.rs"
    aliases: ClassVar[list[str]] = ["rhai"]
    filenames: ClassVar[list[str]] = ["*.rhai"]
    mimetypes: ClassVar[list[str]] = ["text/x-rhai"]

    tokens: ClassVar[dict[str, list[Rule]]] = {
        "root": [
            (r"\}", Punctuation),
            include("code"),
        ],
        "braces": [
            (r"\}", Punctuation, "#pop"),
            include("code"),
        ],
        "interpolation": [
            (r"\}", String.Interpol, "#pop"),
            include("code"),
        ],
        "code": [
            (r"\n", Whitespace),
            (r"[^\S\n]+", Whitespace),
            (r"//[/!](?!/)[^\n]*", Comment.Special),
            (r"//[^\n]*", Comment.Single),
            (r"/\*", Comment.Multiline, "comment"),
            include("strings"),
            include("numbers"),
            (rf"!in{_END}", Operator.Word),
            (rf"in{_END}", Operator.Word),
            include("words"),
            (r"#?\{", Punctuation, "braces"),
            (_RESERVED_SYMBOLS, Error),
            (r"\*\*=|<<=|>>=|\.\.=|=>|\?\?|\?\.|\?\[|::|\.\.|\*\*|<<|>>|&&|\|\||[-+*/%&|^=!<>]=", Operator),
            (r"[-+*/%&|^=!<>.]", Operator),
            (r"[()\[\],;:]", Punctuation),
            (r".", Error),
        ],
        "words": [
            (_any_of(*_CONTROL) + _END, Keyword),
            (_any_of("const", "fn", "let") + _END, Keyword.Declaration),
            (_any_of("as", "export", "import", "private") + _END, Keyword.Namespace),
            (_any_of("false", "true") + _END, Keyword.Constant),
            (rf"this{_END}", Name.Builtin.Pseudo),
            (rf"global(?={_GAP}::)", Name.Builtin.Pseudo),
            (_any_of(*_RESERVED) + _END, Keyword.Reserved),
            (_any_of(*_FUNCTION_KEYWORDS) + rf"(?={_GAP}!?\()", Name.Builtin),
            (rf"[A-Za-z][A-Za-z0-9_]*(?={_GAP}!?\()", Name.Function),
            (rf"[A-Za-z][A-Za-z0-9_]*(?={_GAP}::)", Name.Namespace),
            (rf"[A-Za-z][A-Za-z0-9_]*(?={_GAP}:)", Name.Attribute),
            (rf"[A-Z][A-Z0-9_]+{_END}", Name.Constant),
            (r"[A-Za-z][A-Za-z0-9_]*", Name),
            (rf"_{_END}", Name.Builtin.Pseudo),
            (r"_[A-Za-z0-9_]*", Error),
        ],
        "numbers": [
            (r"0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*", Number.Hex),
            (r"0[oO]_*[0-7][0-7_]*", Number.Oct),
            (r"0[bB]_*[01][01_]*", Number.Bin),
            (r"0[xXoObB]", Error),
            (rf"{_DIGITS}\.{_DIGITS}(?:{_EXPONENT})?", Number.Float),
            (rf"{_DIGITS}\.(?![A-Za-z0-9_.])", Number.Float),
            (rf"{_DIGITS}{_EXPONENT}", Number.Float),
            (_DIGITS, Number.Integer),
        ],
        "strings": [
            # A string opens only if its line ends it or continues it with a backslash; otherwise the rest of the line is an error.
            (r'"(?=(?:[^"\\\n]|\\.|"")*(?:"|\\\r?$))', String.Double, "string"),
            (r'"[^\n]*', Error),
            (r"`", String.Backtick, "backtick"),
            (rf"'(?:\\(?:{_HEX_ESCAPE}|[tnr'\\])|[\uD800-\uDBFF][\uDC00-\uDFFF]|[^'\\\n])'", String.Char),
            (r"''", Error),
            (r"'(?:[^'\\\n]|\\.)*\\?'?", Error),
            (rf'(#{{1,{_DEEPEST_RAW_STRING}}})"(?:(?!"\1)[^\n])*"\1', String),
            *((rf'{"#" * count}"', String, f"raw{count}") for count in range(_DEEPEST_RAW_STRING, 0, -1)),
        ],
        "string": [
            # Only a continued line can end without closing the string. Kept apart from each other, these stay linear.
            (r'(?:\\.|"")$', Error, "#pop"),
            (r'[^"\\\n]+$', Error, "#pop"),
            (r'""', String.Escape),
            (r'"', String.Double, "#pop"),
            (rf'\\(?:{_HEX_ESCAPE}|[tnr"\\])', String.Escape),
            (r"\\\r?$", String.Escape),
            (r"\\.", Error),
            (r'[^"\\\n]+', String.Double),
            (r"\n", String.Double),
        ],
        "backtick": [
            (r"\$\{", String.Interpol, "interpolation"),
            (r"\\\$(?=\{)", String.Escape),
            (r"``", String.Escape),
            (r"`", String.Backtick, "#pop"),
            (r"[^`$\\\n]+", String.Backtick),
            (r"[$\\]", String.Backtick),
            (r"\n", String.Backtick),
        ],
        "comment": [
            (r"/\*", Comment.Multiline, "#push"),
            (r"\*/", Comment.Multiline, "#pop"),
            (r"[^/*\n]+", Comment.Multiline),
            (r"[/*]", Comment.Multiline),
            (r"\n", Comment.Multiline),
        ],
        **_raw_string_states(),
    }

    def __init__(self, **options: object) -> None:
        # By default Pygments drops leading blank lines, and positions with them.
        options.setdefault("stripnl", False)
        super().__init__(**options)


class SimpleRule(TypedDict):
    """One rule of CodeMirror's simple mode."""

    regex: str
    token: str
    push: NotRequired[str]
    pop: NotRequired[bool]


class SimpleMode(TypedDict):
    """The whole table: ``states`` for ``simpleMode`` (its first state is ``start``) and the CSS class of each token kind."""

    states: dict[str, list[SimpleRule]]
    tokens: dict[str, str]


def export_tokens() -> SimpleMode:
    """The table as plain data (JSON) for CodeMirror's simple mode.

    A rule's ``token`` is Pygments' short CSS class, so that one stylesheet colours both; ``tokens`` lists the classes
    with their Pygments names, for the browser to declare a tag for each.
    """
    tokens: dict[str, str] = {}
    states: dict[str, list[SimpleRule]] = {}
    table = RhaiLexer.tokens
    for state in _reachable(table):
        rules: list[SimpleRule] = []
        for pattern, kind, move in _expanded(table, state):
            if pattern == r"\n":
                continue
            css = STANDARD_TYPES[kind]
            tokens[css] = ".".join(kind)
            rule = SimpleRule(regex=pattern, token=css)
            if move == "#pop":
                rule["pop"] = True
            elif move:
                rule["push"] = state if move == "#push" else move
            rules.append(rule)
        states["start" if state == "root" else state] = rules
    return SimpleMode(states=states, tokens=dict(sorted(tokens.items())))


def _reachable(table: Mapping[str, list[Rule]]) -> list[str]:
    """The states that a rule can enter, in order of discovery; states that are only included are not among them."""
    found = ["root"]
    for state in found:
        for _, _, move in _expanded(table, state):
            if move and not move.startswith("#") and move not in found:
                found.append(move)
    return found


def _expanded(table: Mapping[str, list[Rule]], state: str) -> Iterator[tuple[str, _TokenType, str]]:
    for rule in table[state]:
        match rule:
            case include():
                yield from _expanded(table, str(rule))
            case (pattern, kind):
                yield pattern, kind, ""
            case (pattern, kind, move):
                yield pattern, kind, move
