"""Natives: the functions a script can call that are written in Python, and how a call finds its overload.

A ``Package`` collects overloads with its decorator; ``Natives`` is a closed table of packages. The compiler, the runtime
and the editor read the same table.

Conventions between natives and their callers
- An overload declared ``context=True`` takes the ``Runtime`` before its arguments.
- Arguments are borrowed: a native neither keeps nor changes a container it was given, except that a ``mutates=True``
  overload changes its receiver, and that a ``stores=True`` overload puts arguments into a container. *Whoever calls a
  ``stores=True`` dispatcher hands over arguments of its own*: the compiler copies those that are places. (Copying in
  the native would copy temporaries too.)
- What a native returns belongs to the caller: a native that returns part of an argument copies it.
- ``mutates=True`` on a Python value that can't change (string, char, number), or on ``?``, returns
  ``(new_receiver, result)`` and has ``replaces_receiver``; on list, dict and bytearray it changes the object and returns
  the result.
- Call-backs go through ``Runtime.call``, which borrows its arguments likewise and gives an owned result.
- A native that walks more than ``sizes.FREE_STEPS`` elements charges for it, one that makes data grow checks sizes
  first; both through ``sizes``.
- Property getters are natives named ``get$name``, which no script can spell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from app.engine import errors
from app.engine.running import Runtime
from app.engine.values import Value, dispatch_name, type_name

ANY: Final = "?"
"""A parameter that takes every type (Rhai's ``Dynamic``)."""

GETTER_PREFIX: Final = "get$"

_REPLACED_TYPES: Final = frozenset({"string", "char", "i64", "f64", "bool", "()", "timestamp", ANY})
_HAS_VARARGS: Final = 0x04
_PARAMETER_NAMES: Final = ("value", "first", "second", "third", "fourth", "fifth")

CALLBACK_FAULTS: Final = (errors.ScriptError, IndexError)
"""What an author's fault in a call-back arrives as: compiled code lets an index out of bounds fail in Python's own way."""

NativeFunction = TypeVar("NativeFunction", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Overload:
    """One native for one list of parameter types (``type_of`` names or ``?``)."""

    name: str
    params: tuple[str, ...]
    function: Callable[..., Any]
    returns: str
    parameter_names: tuple[str, ...]
    doc: str
    mutates: bool = False
    context: bool = False
    stores: bool = False
    pure: bool = True
    """Whether it may be called on a constant. Rhai refuses all natives that could change their receiver, and some that don't."""
    replaces_receiver: bool = False
    """Whether the function returns ``(new_receiver, result)``."""
    package: str = ""

    @property
    def wildcards(self) -> int:
        """The parameters that take anything, as Rhai's bit mask: the last parameter is the lowest bit."""
        mask = 0
        for kind in self.params:
            mask = mask << 1 | (kind == ANY)
        return mask

    def accepts(self, kinds: Sequence[str]) -> bool:
        """Whether the overload takes arguments of these types."""
        return all(want in (ANY, have) for want, have in zip(self.params, kinds, strict=True))


class Dispatcher:
    """All overloads of one name and number of arguments; calling it picks one by the arguments' types.

    ``function`` is the same as a plain function (fastest, and can be bound to a runtime): it takes the runtime first if
    ``context``, then the arguments, and gives the result only.
    """

    __slots__ = (
        "_functions",
        "_methods",
        "argc",
        "calls_back",
        "context",
        "function",
        "mutates",
        "name",
        "overloads",
        "replaces_receiver",
        "returns",
        "stores",
    )

    def __init__(self, name: str, argc: int, overloads: Iterable[Overload]) -> None:
        self.name = name
        self.argc = argc
        self.overloads = tuple(sorted(overloads, key=lambda overload: overload.wildcards))
        self.context = any(overload.context for overload in self.overloads)
        self.mutates = any(overload.mutates for overload in self.overloads)
        self.replaces_receiver = any(overload.replaces_receiver for overload in self.overloads)
        self.stores = any(overload.stores for overload in self.overloads)
        self.calls_back = any("Fn" in overload.params for overload in self.overloads)
        returned = {overload.returns for overload in self.overloads}
        self.returns = returned.pop() if len(returned) == 1 else ANY
        """What all overloads say that they give, if that is the same."""
        self._functions: dict[Any, Callable[..., Any]] = {}
        self._methods: dict[tuple[type, ...], Callable[..., Any]] = {}
        self.function: Callable[..., Any] = self._plain_function()

    def __call__(self, *args: Any) -> Any:
        """The result of the fitting overload; takes the runtime first if ``context``.

        Raises:
            ScriptError: no overload fits, or the native's own.
        """
        return self.function(*args)

    def call_method(self, rt: Runtime, receiver: Value, args: Sequence[Value]) -> tuple[Value, Value]:
        """``(receiver, result)`` with the receiver's new value, whatever the overload's convention."""
        key = (type(receiver), *map(type, args))
        method = self._methods.get(key)
        if method is None:
            method = self._methods[key] = self._method(self.choose((receiver, *args)))
        result: tuple[Value, Value] = method(rt, receiver, *args)
        return result

    def takes(self, argument: Value) -> bool:
        """Whether there is an overload for this one argument; quick when asked again for the same type."""
        return type(argument) in self._functions or self.find((argument,)) is not None

    def find(self, args: Sequence[Value]) -> Overload | None:
        """The overload for these arguments: exact types before ``?``."""
        return self.overload_for([dispatch_name(arg) for arg in args])

    def choose(self, args: Sequence[Value]) -> Overload:
        """The overload for these arguments.

        Raises:
            ScriptError: there is none.
        """
        overload = self.find(args)
        if overload is None:
            raise errors.function_not_found(self.name, [type_name(arg) for arg in args])
        return overload

    def is_of(self, package: str, *receivers: str) -> bool:
        """Whether all overloads that may be meant for these types of a first argument are this package's; without types, all there are."""
        kinds = (ANY, *receivers)
        return all([each.package == package for each in self.overloads if not receivers or each.params[0] in kinds])

    def overload_for(self, kinds: Sequence[str]) -> Overload | None:
        """The overload for arguments of these types: exact types before ``?``."""
        return next((overload for overload in self.overloads if overload.accepts(kinds)), None)

    def uniform(self, args: Sequence[Value]) -> Callable[..., Any]:
        """The fitting overload's function, called as ``function`` is.

        Raises:
            ScriptError: no overload fits.
        """
        overload = self.choose(args)
        function = overload.function
        if overload.replaces_receiver:
            return _result_only(function) if overload.context == self.context else _result_only_without_runtime(function)
        return function if overload.context == self.context else _without_runtime(function)

    @staticmethod
    def _method(overload: Overload) -> Callable[..., Any]:
        function = overload.function if overload.context else _without_runtime(overload.function)
        return function if overload.replaces_receiver else _with_receiver(function)

    def _plain_function(self) -> Callable[..., Any]:
        maker = _MAKERS.get((self.argc, self.context), _make_general)
        return maker(self._functions, self.uniform, self.context)


def _without_runtime(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _rt, *args: function(*args)


def _result_only(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: function(*args)[1]


def _result_only_without_runtime(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _rt, *args: function(*args)[1]


def _with_receiver(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda rt, receiver, *args: (receiver, function(rt, receiver, *args))


# One maker per common shape, because collecting arguments in a tuple costs as much as the call itself.

_Table = dict[Any, Callable[..., Any]]
_Chooser = Callable[[Sequence[Value]], Callable[..., Any]]


def _make_one(table: _Table, choose: _Chooser, _context: bool) -> Callable[..., Any]:
    def call(a: Value) -> Any:
        function = table.get(type(a))
        if function is None:
            function = table[type(a)] = choose((a,))
        return function(a)

    return call


def _make_one_with_runtime(table: _Table, choose: _Chooser, _context: bool) -> Callable[..., Any]:
    def call(rt: Runtime, a: Value) -> Any:
        function = table.get(type(a))
        if function is None:
            function = table[type(a)] = choose((a,))
        return function(rt, a)

    return call


def _make_two(table: _Table, choose: _Chooser, _context: bool) -> Callable[..., Any]:
    def call(a: Value, b: Value) -> Any:
        key = (type(a), type(b))
        function = table.get(key)
        if function is None:
            function = table[key] = choose((a, b))
        return function(a, b)

    return call


def _make_two_with_runtime(table: _Table, choose: _Chooser, _context: bool) -> Callable[..., Any]:
    def call(rt: Runtime, a: Value, b: Value) -> Any:
        key = (type(a), type(b))
        function = table.get(key)
        if function is None:
            function = table[key] = choose((a, b))
        return function(rt, a, b)

    return call


def _make_general(table: _Table, choose: _Chooser, context: bool) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        values = args[1:] if context else args
        key = tuple(map(type, values))
        function = table.get(key)
        if function is None:
            function = table[key] = choose(values)
        return function(*args)

    return call


_MAKERS: Final[Mapping[tuple[int, bool], Callable[[_Table, _Chooser, bool], Callable[..., Any]]]] = {
    (1, False): _make_one,
    (1, True): _make_one_with_runtime,
    (2, False): _make_two,
    (2, True): _make_two_with_runtime,
}


def parameter_names(function: Callable[..., Any], *, context: bool) -> tuple[str, ...]:
    """The names of a native's parameters, without the runtime; numbered words for built-in functions."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_flags & _HAS_VARARGS:
        return _PARAMETER_NAMES
    names: tuple[str, ...] = code.co_varnames[: code.co_argcount]
    return tuple(name.strip("_") for name in (names[1:] if context else names))


class Package:
    """A named set of overloads, filled by decorating functions."""

    __slots__ = ("name", "overloads")

    def __init__(self, name: str) -> None:
        self.name = name
        self.overloads: list[Overload] = []

    def native(
        self,
        name: str,
        *params: str,
        returns: str = ANY,
        mutates: bool = False,
        context: bool = False,
        stores: bool = False,
        pure: bool | None = None,
        names: tuple[str, ...] = (),
        doc: str = "",
    ) -> Callable[[NativeFunction], NativeFunction]:
        """Registers the decorated function under ``name`` for these parameter types; its docstring is what the editor shows.

        ``names`` and ``doc`` replace what the function's own signature and docstring say.
        """

        def register(function: NativeFunction) -> NativeFunction:
            self.overloads.append(
                Overload(
                    name=name,
                    params=params,
                    function=function,
                    returns=returns,
                    parameter_names=names or parameter_names(function, context=context)[: len(params)],
                    doc=(doc or function.__doc__ or "").strip(),
                    mutates=mutates,
                    context=context,
                    stores=stores,
                    pure=not mutates if pure is None else pure,
                    replaces_receiver=mutates and params[0] in _REPLACED_TYPES,
                    package=self.name,
                )
            )
            return function

        return register

    def getter(self, name: str, of: str, *, returns: str = ANY, context: bool = False) -> Callable[[NativeFunction], NativeFunction]:
        """Registers the decorated function as the reader of a property."""
        return self.native(GETTER_PREFIX + name, of, returns=returns, context=context)


class Natives:
    """A closed table of overloads."""

    __slots__ = ("_dispatchers", "_names", "packages")

    def __init__(self, overloads: Iterable[Overload]) -> None:
        overloads = list(overloads)
        self.packages = frozenset(overload.package for overload in overloads)
        """The names of all packages that there is something of."""
        grouped: dict[tuple[str, int], dict[tuple[str, ...], Overload]] = {}
        for overload in overloads:
            grouped.setdefault((overload.name, len(overload.params)), {})[overload.params] = overload
        self._dispatchers = {key: Dispatcher(*key, group.values()) for key, group in grouped.items()}
        self._names = frozenset(name for name, _ in grouped if "$" not in name)

    @classmethod
    def of(cls, *packages: Package) -> Natives:
        """The natives of these packages."""
        return cls(overload for package in packages for overload in package.overloads)

    def extended(self, *packages: Package) -> Natives:
        """These natives and more; an overload for the same types replaces the earlier one."""
        return Natives([*self.overloads(), *(overload for package in packages for overload in package.overloads)])

    def lookup(self, name: str, argc: int) -> Dispatcher | None:
        """The natives of that name taking that many arguments (receiver included)."""
        return self._dispatchers.get((name, argc))

    def getter(self, name: str) -> Dispatcher | None:
        """The readers of a property, by the type of its owner."""
        return self._dispatchers.get((GETTER_PREFIX + name, 1))

    def overloads(self) -> Iterator[Overload]:
        """All overloads, getters included."""
        for dispatcher in self._dispatchers.values():
            yield from dispatcher.overloads

    @property
    def names(self) -> frozenset[str]:
        """All names a script can call."""
        return self._names
