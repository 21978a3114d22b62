"""From a Python traceback to Rhai's places: where an error is, and through which script functions it came.

The generated code's instructions carry the author's lines and columns; a frame of it is known by its file name. The columns are lost under
``-X no_debug_ranges``, which ``Program`` therefore refuses.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import Any, Final, NamedTuple

from app.engine import errors
from app.engine.errors import CallLevel, InternalError, ScriptError, Stop
from app.engine.lower import Site
from app.engine.lower.frame import THIS
from app.engine.natives import Dispatcher
from app.engine.source import Place
from app.engine.values import UNBOUND, Value

FILE_PREFIX: Final = "rhai:"
SITES: Final = "sites!"
"""Where a namespace holds the sites of its code; no code can name it, as the verifier doesn't know it."""
EVAL_MAIN: Final = "eval:main"
MODULE_MAIN: Final = "module:main"
_ARRAY_ERRORS: Final = (IndexError,)


@dataclass(frozen=True, slots=True)
class Stand:
    """One generated frame and the instruction it is at."""

    code: CodeType
    instruction: int
    frame: FrameType

    @property
    def is_main(self) -> bool:
        """Whether this is a main program, an evaluated text or a module's body."""
        return self.code.co_name.endswith("main")

    @property
    def function(self) -> str:
        """The author's name of the function."""
        name = self.code.co_name
        if name == EVAL_MAIN:
            return "eval"
        if "anon$" in name:
            return name[name.index("anon$") :].split("#")[0]
        return name.rstrip("!").rpartition("/")[0].rpartition(":")[2].rpartition(".")[2]

    @property
    def source(self) -> str:
        """The name of the source, empty for the main script."""
        return self.code.co_filename[len(FILE_PREFIX) :].partition("#")[0]

    @property
    def sites(self) -> Sequence[Site]:
        """The numbered places of the text that the code was made from: an evaluated text and a module have their own."""
        return self.frame.f_globals[SITES]  # type: ignore[no-any-return]  # a namespace made by ``installed``

    def position(self) -> tuple[Place | None, int]:
        """The place of the instruction, and its site's number or 0."""
        key = id(self.code), self.instruction
        known = _POSITIONS.get(key)
        if known is None:
            if len(_POSITIONS) >= _MOST_POSITIONS:
                _POSITIONS.clear()
            known = _POSITIONS[key] = self.code, *self._found()
        return known[1:]

    def _found(self) -> tuple[Place | None, int]:
        line, _, column, end = next(islice(self.code.co_positions(), self.instruction // 2, None))
        if not line or column is None:
            return None, 0
        return Place(line, column + 1), 0 if end is None else end - column


_MOST_POSITIONS: Final = 128
_POSITIONS: Final[dict[tuple[int, int], tuple[CodeType, Place | None, int]]] = {}
"""Positions found last, by ``id`` of their code, which is kept with them: CPython walks through all before, and errors that are caught in a
loop come from the same few."""


def stands(traceback: TracebackType | None) -> list[Stand]:
    """The generated frames of a traceback, outermost first.

    A handler that passes an error on raises it again, which adds the frame to the traceback a second time: it is one call all the same, and
    the error's place in it is the first one.
    """
    found: list[Stand] = []
    while traceback is not None:
        code, frame = traceback.tb_frame.f_code, traceback.tb_frame
        if code.co_filename.startswith(FILE_PREFIX):
            stand = Stand(code, traceback.tb_lasti, frame)
            if found and found[-1].frame is frame:
                found[-1] = stand
            else:
                found.append(stand)
        traceback = traceback.tb_next
    return found


def calling_place() -> Place | None:
    """Where the innermost running script function stands."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith(FILE_PREFIX):
            return Stand(frame.f_code, frame.f_lasti, frame).position()[0]
        frame = frame.f_back
    return None


def left(error: BaseException, before: Value) -> Value:
    """What a method that failed has left in ``this``, asked for by its caller; ``before`` if it is none of the script's.

    A function that fails gives no result, but its frame is still there. A native puts back itself what its call-backs have left.
    """
    traceback = error.__traceback__
    here = None if traceback is None else traceback.tb_frame
    while traceback is not None:
        frame, traceback = traceback.tb_frame, traceback.tb_next
        if frame.f_code in _OF_NATIVES:
            break
        if frame is not here and frame.f_code.co_filename.startswith(FILE_PREFIX):
            this = frame.f_locals.get(THIS, UNBOUND)
            return before if this is UNBOUND else this
    return before


_OF_NATIVES: Final = frozenset({Dispatcher.__call__.__code__, Dispatcher.call_method.__code__})


def settled(error: BaseException) -> ScriptError | Stop:
    """The author's error behind a Python exception, with its place and its calls; raised again, it gains only what lies further out.

    Raises:
        InternalError: the exception has no meaning in Rhai, so the fault is ours.
    """
    if type(error) in _ARRAY_ERRORS or _is_fresh(error):
        return _settled_alike(error)
    return _settled(error, stands(error.__traceback__))


def _is_fresh(error: BaseException) -> bool:
    """Whether an author's error is as it was raised: no place or call is known yet, and no native is to be named."""
    return isinstance(error, ScriptError) and error.place is None and not error.calls and not error.natives


def _settled_alike(error: BaseException) -> ScriptError | Stop:
    """The same for an error that stands where others of its kind did: what comes the same way through the same instructions has the same
    place and calls, and of an element that isn't there only the numbers differ."""
    own = error if isinstance(error, ScriptError) else None
    way: list[Any] = [] if own is None else [own.kind, own.has_place]
    frame: Any = None
    traceback = error.__traceback__
    while traceback is not None:
        frame = traceback.tb_frame
        way.append(id(frame.f_code))
        way.append(traceback.tb_lasti)
        traceback = traceback.tb_next
    known = _WAYS.get(tuple(way))
    if known is not None:
        again = own or _bounds(frame, known.operands)
        again.place = known.place
        again.calls = known.calls
        again.__traceback__ = None
        return again
    found, codes = stands(error.__traceback__), _codes(error.__traceback__)
    made = _settled(error, found)
    # An instruction that calls isn't one that raises again, which a frame is there twice for: the way tells them apart.
    if isinstance(made, ScriptError) and all(level.place is not None for level in made.calls):
        operands: tuple[Any, ...] | None = ()
        if own is None:
            operands = _operands(found[-1]) if found and found[-1].frame is frame else None
        if operands is not None:
            if len(_WAYS) >= _MOST_POSITIONS:
                _WAYS.clear()
            _WAYS[tuple(way)] = _Way(codes, operands, made.place, made.calls)
    return made


def _codes(traceback: TracebackType | None) -> list[CodeType]:
    codes: list[CodeType] = []
    while traceback is not None:
        codes.append(traceback.tb_frame.f_code)
        traceback = traceback.tb_next
    return codes


def _operands(stand: Stand) -> tuple[Any, ...] | None:
    """What an instruction takes an element with; None if it isn't one that does."""
    site = stand.sites[stand.position()[1]]
    return site.operands if site.kind == "bounds" else None


class _Way(NamedTuple):
    """What is the same for all errors that come one way."""

    codes: list[CodeType]
    """Of each frame: kept, as the way names them by their ``id``."""
    operands: tuple[Any, ...]
    """What the last frame takes an element with that isn't there."""
    place: Place | None
    calls: tuple[CallLevel, ...]


_WAYS: Final[dict[tuple[Any, ...], _Way]] = {}
"""By kind of the error and whether it has a place, if it is one already, then of each frame the ``id`` of its code and the instruction."""


def _bounds(frame: FrameType, operands: tuple[Any, ...]) -> ScriptError:
    """The error of an instruction that took an element which isn't there."""
    local, outer = frame.f_locals, frame.f_globals
    container, index = [each[0] if type(each) is tuple else local[each] if each in local else outer[each] for each in operands]
    bounds = errors.string_bounds if isinstance(container, str) else errors.array_bounds
    return bounds(len(container), index)


def _settled(error: BaseException, found: list[Stand]) -> ScriptError | Stop:
    if isinstance(error, Stop):
        return _settled_stop(error, found)
    if isinstance(error, RecursionError):
        return _settled_stop(errors.stack_overflow(0), found)
    if isinstance(error, MemoryError):
        return _settled_stop(errors.memory_exhausted(0), found)
    if not isinstance(error, ScriptError):
        error = _translated(error, found)
    _fill(error, found)
    error.__traceback__ = None
    return error


def _fill(error: ScriptError, found: list[Stand]) -> None:
    if not found:
        return
    place, number = found[-1].position()
    site = found[-1].sites[number]
    if (error.kind, site.kind) in _ELSEWHERE:
        line, column = site.operands[0]
        place = Place(line, column + 1)
    if error.place is None and error.has_place:
        error.place = place
    for level in error.calls:
        if level.place is None:
            level.place = place
    for left_behind, stand in enumerate(reversed(found)):
        error.calls += tuple(CallLevel(name, place) for behind, name in error.natives if behind == left_behind)
        if left_behind + 1 < len(found):
            place = found[-left_behind - 2].position()[0]
            if not stand.is_main or stand.code.co_name.endswith(EVAL_MAIN):
                error.calls += (CallLevel(stand.function, place, stand.source),)
    error.natives = ()


_ELSEWHERE: Final = frozenset({("ErrorIndexingType", "index"), ("ErrorModuleNotFound", "module")})
"""Errors that are reported where their site says, rather than at the instruction."""


def _settled_stop(error: Stop, found: list[Stand]) -> Stop:
    """Limits aren't wrapped: each function that they leave reports them where it was called; only ``eval`` wraps."""
    inner = max([at for at, stand in enumerate(found) if stand.code.co_name.endswith(EVAL_MAIN)], default=0)
    if found and (len(found) > inner + 1 or (error.has_place and error.place is None)):
        error.place = found[inner].position()[0]
    if inner:
        error.calls += (CallLevel("eval", found[inner - 1].position()[0]),)
    return error


def _translated(error: BaseException, found: list[Stand]) -> ScriptError:
    if isinstance(error, _ARRAY_ERRORS) and found and _is_raised_in(found[-1], error):
        operands = _operands(found[-1])
        if operands is not None:
            return _bounds(found[-1].frame, operands)
        if not found[-1].sites[found[-1].position()[1]].kind:
            # A cell that a running method holds is empty; nothing else that compiled code subscripts without a site can be.
            return errors.data_race("")
    raise InternalError(f"{type(error).__name__}: {error}") from error


def is_out_of_bounds(error: BaseException) -> bool:
    """Whether an exception is what compiled code itself raised when it took an element that isn't there."""
    traceback = error.__traceback__ if type(error) in _ARRAY_ERRORS else None
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(FILE_PREFIX)


def _is_raised_in(stand: Stand, error: BaseException) -> bool:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and traceback.tb_frame is stand.frame
