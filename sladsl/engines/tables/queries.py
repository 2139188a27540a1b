"""Queries as they are put together here, before Ibis is asked about them.

The engine writes its queries with `ibis` of this module, which looks like the library and imports nothing: what it gives are values that
know how they were made. The library is brought in, and the query made with it, when somebody asks what only it can say: which columns and
types a query has, how it is written as SQL. Importing it and having it write costs most of a small run.

An answer depends on how a query was made and on nothing else: not on the data, not on what else was asked. So it is kept (`answering`) by a
digest of exactly that. What differs from run to run without changing the statement (an instant, a list of keys, the name of a table) is
left out of the digest and of the text, and is filled in each time; in the digest stands only which of these are equal.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from itertools import count
from typing import Any, ClassVar

Answers = MutableMapping[str, Any]
"""What was answered, as JSON has it, by question and digest."""
_ANSWERS: ContextVar[Answers | None] = ContextVar("answers", default=None)

_INTEGERS = frozenset(f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64))


@contextmanager
def answering(answers: Answers | None) -> Iterator[None]:
    """What is asked meanwhile is looked up among these answers, and kept there when it was not."""
    token = _ANSWERS.set(answers)
    try:
        yield
    finally:
        _ANSWERS.reset(token)


class Given(int):
    """A small number that differs from run to run, such as the day of the as-of. Large ones, which are instants, are taken for such
    unsaid."""


_LEAST, _MOST = 2**40, 2**62
"""Whole numbers between these differ from run to run: instants in microseconds."""


class Type(str):
    """A type, as Ibis writes it."""

    __slots__ = ()

    @property
    def _bare(self) -> str:
        return self.removeprefix("!")

    def is_decimal(self) -> bool:
        return self._bare.startswith("decimal")

    def is_integer(self) -> bool:
        return self._bare in _INTEGERS

    def is_boolean(self) -> bool:
        return self._bare == "boolean"

    @property
    def precision(self) -> int | None:
        """Of a decimal: how many digits it has; None where that is not said."""
        digits = re.search(r"\((\d+)", self)
        return int(digits.group(1)) if digits else None


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows that are here, column by column, with the types of the columns as Ibis writes them."""

    types: Mapping[str, str]
    values: Mapping[str, Sequence[Any]]

    @classmethod
    def of_integers(cls, values: Mapping[str, Sequence[int | None]]) -> Columns:
        return cls(dict.fromkeys(values, "int64"), values)

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Row by row."""
        return zip(*self.values.values(), strict=True)


# ------------------------------------------------------------------------------------------------------------- queries

_QUESTIONS = frozenset({"schema", "op", "execute", "to_pyarrow"})
"""What is asked of a query as Ibis has it, beside what is answered here."""


class Query:
    """A table, a value, or what else Ibis has: how it is made, and from what."""

    __slots__ = ("_args", "_how", "_key", "_kwargs", "_made", "_plain", "_slots")

    def __init__(self, how: str, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None) -> None:
        self._how, self._args, self._kwargs = how, args, kwargs or {}
        self._key: bytes | None = None
        self._slots: tuple[Any, ...] | None = None
        self._made: Any = None
        self._plain: Any = None

    def __getitem__(self, item: Any) -> Query:
        return Query("[]", (self, item))

    def __getattr__(self, name: str) -> Any:
        if name not in _QUESTIONS:
            raise AttributeError(f"`{name}` of a query is neither put together here nor asked of Ibis")
        return getattr(real(self), name)

    def __str__(self) -> str:
        raise TypeError("a query has no text of its own")

    def __invert__(self) -> Query:
        return Query("~", (self,))

    def __neg__(self) -> Query:
        return Query("neg", (self,))

    def __bool__(self) -> bool:
        raise TypeError("whether a query holds is known to the database alone")

    __hash__ = object.__hash__

    def _of(self, how: str, *args: Any) -> Query:
        return Query(how, (self, *args))

    def __eq__(self, other: object) -> Query:  # type: ignore[override]
        return self._of("==", other)

    def __ne__(self, other: object) -> Query:  # type: ignore[override]
        return self._of("!=", other)

    @property
    def columns(self) -> list[str]:
        """The names of a table's columns."""
        return list(_answer("columns", self, lambda made: list(made.columns)))

    def type(self) -> Type:
        """A value's type."""
        return Type(_answer("type", self, lambda made: str(made.type())))

    def get_backend(self) -> Any:
        """The connection that a table is of."""
        waiting, seen = [self], set()
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if node._how == "table of":
                return node._args[0]
            waiting += [x for x in (*node._args, *node._kwargs.values()) if isinstance(x, Query)]
        return real(self).get_backend()

    def get_name(self) -> str:
        """What a table, or a column, is called."""
        if self._how in ("table", "table of"):
            return str(self._kwargs["name"])
        return str(_answer("name", self, lambda made: made.get_name()))


def _operator(how: str, swapped: bool) -> Callable[[Query, Any], Query]:
    if swapped:
        return lambda self, other: Query(how, (other, self))
    return lambda self, other: Query(how, (self, other))


_OPERATORS: dict[str, Callable[..., Any]] = {
    "~": lambda a: ~a,
    "neg": lambda a: -a,
    "[]": lambda a, b: a[b],
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
for _name, _sign, _function in (
    ("add", "+", lambda a, b: a + b),
    ("sub", "-", lambda a, b: a - b),
    ("mul", "*", lambda a, b: a * b),
    ("truediv", "/", lambda a, b: a / b),
    ("floordiv", "//", lambda a, b: a // b),
    ("mod", "%", lambda a, b: a % b),
    ("and", "&", lambda a, b: a & b),
    ("or", "|", lambda a, b: a | b),
    ("xor", "^", lambda a, b: a ^ b),
    ("rshift", ">>", lambda a, b: a >> b),
    ("lt", "<", lambda a, b: a < b),
    ("le", "<=", lambda a, b: a <= b),
    ("gt", ">", lambda a, b: a > b),
    ("ge", ">=", lambda a, b: a >= b),
):
    _OPERATORS[_sign] = _function
    setattr(Query, f"__{_name}__", _operator(_sign, swapped=False))
    if _name not in {"lt", "le", "gt", "ge"}:
        setattr(Query, f"__r{_name}__", _operator(_sign, swapped=True))

_OF_TABLES = """aggregate agg anti_join cross_join distinct drop filter group_by having inner_join left_join limit mutate order_by
outer_join rename select semi_join union view"""
_OF_VALUES = """abs as_interval as_scalar asc between cast collect concat contains count cumsum desc endswith floor hash ifelse isin isnull
lag lead length levenshtein lower lpad max mean min name notin notnull nullif nunique over re_extract re_replace re_search replace round
sort startswith strftime strip sum translate upper"""


def _method(name: str) -> Callable[..., Query]:
    def method(self: Query, *args: Any, **kwargs: Any) -> Query:
        return Query(name, (self, *args), kwargs)

    return method


for _name in (*_OF_TABLES.split(), *_OF_VALUES.split()):
    setattr(Query, _name, _method(_name))


class _Ibis:
    """What of Ibis puts queries together."""

    _FUNCTIONS: ClassVar = frozenset(
        [
            "and_",
            "cases",
            "coalesce",
            "cumulative_window",
            "date",
            "desc",
            "greatest",
            "ifelse",
            "least",
            "literal",
            "memtable",
            "null",
            "or_",
            "row_number",
            "table",
            "union",
            "window",
        ]
    )

    def __getattr__(self, name: str) -> Callable[..., Query]:
        if name not in self._FUNCTIONS:
            raise AttributeError(f"`ibis.{name}` is not put together here")

        def function(*args: Any, **kwargs: Any) -> Query:
            return Query(f"ibis.{name}" if name != "table" else "table", args, kwargs)

        setattr(self, name, function)
        return function


ibis: Any = _Ibis()


def builtin(kind: str, name: str, takes: tuple[str, ...], gives: str) -> Callable[..., Query]:
    """A function of the database's own (`scalar`, or `agg` of many rows) that Ibis does not know: its name and types."""

    def function(*args: Any, where: Any = None) -> Query:
        more = {} if where is None else {"where": where}
        return Query("builtin", (kind, name, takes, gives, *args), more)

    return function


def of(made: Any) -> Query:
    """What Ibis made, for use beside what is put together here. Of this no answers are kept."""
    return made if isinstance(made, Query) else Query("made", (made,))


def table_of(connection: Any, name: str, columns: dict[str, str]) -> Query:
    """A table of a connection, whose columns have types that are known."""
    return Query("table of", (connection, columns), {"name": name})


# ------------------------------------------------------------------------------------------------- made with the library


_RANDOM = secrets.randbelow(9_000) + 1_000
_NUMBERS = count()
_STAND_INS: dict[Any, Any] = {}


def _stand_in(slot: tuple[str, Any]) -> Any:
    """What stands in a statement for what is filled in later: it occurs in no agreement, since nobody can foretell it."""
    known = _STAND_INS.get(slot)
    if known is None:
        if len(_STAND_INS) > 100_000:
            _STAND_INS.clear()
        number = 4_000_000_000_000_000_000 + _RANDOM * 100_000_000_000_000 + next(_NUMBERS)
        known = number if slot[0] == "number" else f"sla{number}"
        _STAND_INS[slot] = known
    return known


def _parts(node: Query) -> Iterator[Query]:
    waiting: list[Any] = [*node._args, *node._kwargs.values()]
    while waiting:
        x = waiting.pop()
        if isinstance(x, Query):
            yield x
        elif isinstance(x, list | tuple):
            waiting += x
        elif isinstance(x, dict):
            waiting += x.values()


def _in_order(node: Query, done: Callable[[Query], bool]) -> Iterator[Query]:
    """What a query is made of, each after its parts, and itself: no recursion, since a query may be deep."""
    waiting = [(node, False)]
    while waiting:
        x, ready = waiting.pop()
        if done(x):
            continue
        if ready:
            yield x
            continue
        waiting.append((x, True))
        waiting += [(part, False) for part in _parts(x) if not done(part)]


def real(query: Any) -> Any:
    """The query as Ibis has it."""
    if not isinstance(query, Query):
        return query
    for node in _in_order(query, lambda x: x._plain is not None):
        node._plain = _made(node, lambda x: x._plain, stand_in=False)
    return query._plain


def _with_stand_ins(query: Query) -> Any:
    for node in _in_order(query, lambda x: x._made is not None):
        node._made = _made(node, lambda x: x._made, stand_in=True)
    return query._made


def _lowered(x: Any, known: Callable[[Query], Any], stand_in: bool) -> Any:
    """What a query is made of, as Ibis has it."""
    match x:
        case Query():
            return known(x)
        case list() | tuple():
            return type(x)(_lowered(e, known, stand_in) for e in x)
        case dict():
            return {name: _lowered(e, known, stand_in) for name, e in x.items()}
        case Type():
            return str(x)
        case int() if (slot := _slot(x)) is not None:
            return _stand_in(slot) if stand_in else int(x)
    return x


def _made(node: Query, known: Callable[[Query], Any], stand_in: bool) -> Any:
    how, args, kwargs = node._how, node._args, node._kwargs
    values = [_lowered(x, known, stand_in) for x in args]
    named = {name: _lowered(x, known, stand_in) for name, x in kwargs.items()}
    if how == "made":
        return args[0]
    if how in {"table", "table of"}:
        return _table(node, stand_in)
    if how == "builtin":
        return _builtin(*args[:4])(*values[4:], **named)
    if how == "isin" and stand_in and (texts := _texts(node)) is not None:
        return values[0].isin([_stand_in(("texts", texts))])
    if how in _OPERATORS:
        return _OPERATORS[how](*values)
    if how.startswith("ibis."):
        return getattr(_library(), how[5:])(*values, **named)
    return getattr(values[0], how)(*values[1:], **named)


def _table(node: Query, stand_in: bool) -> Any:
    args, kwargs = node._args, node._kwargs
    if not stand_in:
        return (
            _library().table(*args, **kwargs) if node._how == "table" else args[0].real.table(kwargs["name"])
        )
    columns = args[0] if node._how == "table" else args[1]
    return _library().table(columns, name=_stand_in(("name", kwargs["name"])))


def _library() -> Any:
    import ibis as library

    return library


_BUILTINS: dict[tuple[Any, ...], Any] = {}


def _builtin(kind: str, name: str, takes: tuple[str, ...], gives: str) -> Any:
    key = kind, name, takes, gives
    if key not in _BUILTINS:
        from inspect import Parameter, Signature

        def shape() -> None:
            raise NotImplementedError("only the signature is read")

        names = [Parameter(f"value_{n}", Parameter.POSITIONAL_OR_KEYWORD) for n in range(len(takes))]
        shape.__signature__ = Signature(names)  # type: ignore[attr-defined]  # what `inspect` looks at first
        udf = getattr(_library().udf, kind)
        _BUILTINS[key] = udf.builtin(shape, name=name, signature=(takes, gives))
    return _BUILTINS[key]


# ----------------------------------------------------------------------------------------------------- which query it is


def _slot(x: int) -> tuple[str, Any] | None:
    kind = type(x)
    if kind is Given or (kind is int and _LEAST < abs(x) < _MOST):
        return "number", int(x)
    return None


def _texts(node: Query) -> tuple[str, ...] | None:
    """The texts among which a value is looked for, where it is nothing but texts."""
    items = node._args[1] if len(node._args) == 2 else None
    if isinstance(items, list | tuple) and items and all(type(x) is str for x in items):
        return tuple(items)
    return None


_UNKNOWN = b""


def _identify(query: Query) -> tuple[bytes, tuple[Any, ...]]:
    """A digest of how a query is made, without what is filled in, and that in the order in which it is come upon; no digest for what was
    made elsewhere."""
    for node in _in_order(query, lambda x: x._slots is not None):
        _identify_one(node)
    assert query._key is not None, "it was worked out"
    assert query._slots is not None, "it was worked out"
    return query._key, query._slots


def _identify_one(node: Query) -> None:
    said = _Said([node._how])
    match node._how:
        case "made":
            known = False
        case "table of":
            said.parts += [*node._args[1].items(), said.put(("name", node._kwargs["name"]))]
            known = True
        case "table":
            # The types as text: a schema of Ibis' own has no digest.
            known = len(node._args) == 1 and said.say(node._args[0]) and node._kwargs.keys() == {"name"}
            said.parts.append(said.put(("name", node._kwargs.get("name"))))
        case "view":
            # Each view of a table is another one; which is which says who is joined with whom.
            known = said.say(node._args[0])
            said.parts.append(said.put(node))
        case "isin" if (texts := _texts(node)) is not None:
            known = said.say(node._args[0])
            said.parts.append(("texts", said.put(("texts", texts))))
        case _:
            known = all(map(said.say, node._args)) and said.say(node._kwargs)
    node._key = blake2b(repr(said.parts).encode(), digest_size=16).digest() if known else _UNKNOWN
    node._slots = tuple(said.slots) if known else ()


@dataclass(slots=True)
class _Said:
    """What a digest is made of, and what is filled in."""

    parts: list[Any]
    slots: dict[Any, int] = field(default_factory=dict)

    def put(self, slot: Any) -> int:
        """The number of what is filled in."""
        return self.slots.setdefault(slot, len(self.slots))

    def say(self, x: Any) -> bool:
        """False for what is known by no digest."""
        kind = type(x)
        if kind is Query:
            if x._key == _UNKNOWN:
                return False
            self.parts.append((x._key, *map(self.put, x._slots)))
        elif kind is int or kind is Given:
            slot = _slot(x)
            self.parts.append(x if slot is None else ("number", self.put(slot)))
        elif kind in _SAID:
            self.parts.append((kind.__name__, x))
        elif kind is list or kind is tuple:
            self.parts.append((kind.__name__, len(x)))
            return all(map(self.say, x))
        elif kind is dict:
            self.parts.append(("dict", *x))
            return all(map(self.say, x.values()))
        elif kind is slice:
            self.parts.append("slice")
            return all(map(self.say, (x.start, x.stop, x.step)))
        else:
            return False
        return True


_SAID = frozenset({str, Type, bool, type(None), Decimal, float})


def _answer(question: str, query: Query, ask: Callable[[Any], Any]) -> Any:
    """What the library says of a query, which does not depend on what is filled in."""
    answers = _ANSWERS.get()
    if answers is None:
        return ask(real(query))
    key, _ = _identify(query)
    if key == _UNKNOWN:
        return ask(real(query))
    name = f"{question} {key.hex()}"
    known = answers.get(name)
    if known is None:
        known = answers[name] = ask(_with_stand_ins(query))
    return known


_DOUBLING = frozenset({"duckdb", "postgres"})
"""Databases in whose texts and names a quote is written twice and nothing else stands for something: what is filled in is written so. Of
others no statements are kept."""


def statement(query: Query, dialect: str, write: Callable[[Any], str]) -> str:
    """The query as SQL; `write` is how it is written once Ibis has it."""
    query = of(query)
    answers = _ANSWERS.get() if dialect in _DOUBLING else None
    key, slots = _identify(query) if answers is not None else (_UNKNOWN, ())
    if answers is None or key == _UNKNOWN:
        return write(real(query))
    name = f"{dialect} {key.hex()}"
    known = answers.get(name)
    if known is None:
        known = answers[name] = _template(write(_with_stand_ins(query)), slots)
    return "".join(x if isinstance(x, str) else _filled(slots[x]) for x in known)


def declared(query: Query) -> dict[str, str]:
    """The names and types of a table's columns."""
    return {
        name: Type(kind)
        for name, kind in _answer(
            "declared", query, lambda made: [[n, str(kind)] for n, kind in made.schema().items()]
        )
    }


def is_join(table: Query) -> bool:
    """Whether a table is a join, of which nothing was chosen yet."""
    return bool(_answer("operation", table, _operation) == "JoinChain")


def is_column(value: Query) -> bool:
    """Whether a value is a column as it stands."""
    return bool(_answer("operation", value, _operation) == "Field")


def is_missing(value: Query) -> bool:
    """Whether a value is written as missing."""
    return bool(_answer("operation", value, _operation) == "nothing")


def _operation(made: Any) -> str:
    operation = made.op()
    name = type(operation).__name__
    return "nothing" if name == "Literal" and operation.value is None else name


def _template(text: str, slots: Iterable[Any]) -> list[str | int]:
    """The text in pieces, with the number of what is filled in between them."""
    number_of = {_stand_in(slot): n for n, slot in enumerate(slots) if not isinstance(slot, Query)}
    marks = {_mark(stand_in): n for stand_in, n in number_of.items()}
    if not marks:
        return [text]
    parts: list[str | int] = []
    for piece in re.split(f"({'|'.join(map(re.escape, marks))})", text):
        parts.append(marks.get(piece, piece))
    return parts


def _mark(stand_in: object) -> str:
    return str(stand_in)


def _filled(slot: tuple[str, Any]) -> str:
    kind, what = slot
    match kind:
        case "number":
            return str(what) if what >= 0 else f"({what})"
        case "name":
            return str(what).replace('"', '""')
        case _:
            # Inside of quotes, as the text that stood there was.
            return "', '".join(text.replace("'", "''") for text in what)
