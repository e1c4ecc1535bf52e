"""Where the work on one job may raise something: listed from the code by its syntax tree.

A place is a call into storage, a loop over jobs that calls anything, or a step of the work on one.
Each is rewritten while it is imported, so that a fault can be set off there for one job; what is
not set off costs a look into a dictionary.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("flows", "tasks")

STORES = frozenset(
    {"lake", "documents", "leases", "first_uses", "_stored", "read_model", "_read_model"}
    | {"webhooks", "_webhooks"}
)
"""What storage is named by where it is called."""

OF_JOBS = frozenset({"job", "session", "record", "job_id", "shard", "group", "delivery"})
"""What a loop over jobs calls its one."""

JOBS = frozenset(
    {"jobs", "sessions", "records", "job_ids", "shards", "groups", "hits", "ended", "done"}
)
"""What a loop over jobs goes through."""

PURE = frozenset(
    {"len", "set", "list", "dict", "str", "sorted", "sum", "isinstance", "tuple", "frozenset"}
    | {"append", "extend", "update", "add", "pop", "get", "items", "values", "keys", "discard"}
    | {"intersection", "union", "max", "min", "any", "all", "zip", "enumerate", "round", "iter"}
    | {"Spent", "DocumentError", "_pair", "Left", "suits", "_key"}
)
"""Calls that raise nothing whatever the job."""

GUARDS = frozenset({"by_halves", "each_alone", "faults", "_faults", "read_all", "keys"})
"""What a loop goes through that has been guarded: faults that were found."""

_MARK = "__place__"
_LOOP = "__loop__"


@dataclass(frozen=True, slots=True)
class Place:
    """One place.

    Attributes:
        module: as it is imported.
        function: in which it is, with those around it.
        line: where the file has it now.
        what: the call, or what is gone through, as it is written.
    """

    module: str
    function: str
    line: int
    what: str

    @property
    def name(self) -> str:
        """What it is called wherever its line moves to."""
        return f"{self.module}.{self.function}: {self.what}"


def places_in(paths: Sequence[Path]) -> list[Place]:
    """All places in some files, in their order."""
    found: list[Place] = []
    for path in paths:
        _Marking(_module_of(path), found).visit(ast.parse(path.read_text(encoding="utf-8")))
    return found


def sources() -> list[Path]:
    """The files of the layers that work on jobs."""
    return sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))


def _module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


class _Marking(ast.NodeTransformer):
    """Rewrites a module so that each place asks whether a fault is set off there."""

    def __init__(self, module: str, found: list[Place]) -> None:
        self._module = module
        self._found = found
        self._around: list[str] = []
        self._imported: set[str] = set()

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        # A record is a row in memory.
        if (node.module or "").startswith("storage.") and node.module != "storage.tables.records":
            self._imported |= {(alias.asname or alias.name) for alias in node.names}
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is not None:
            node.value = self.visit(node.value)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._within(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._within(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        found = self._within(node)
        if self._module.startswith("tasks.") and any(a.arg == "session" for a in node.args.args):
            self._around.append(node.name)
            asked = ast.Expr(self._asked(node, "its beginning", ast.Name("session")))
            self._around.pop()
            body = _begun(node.body)
            at = 1 if body is node.body and ast.get_docstring(node) else 0
            body.insert(at, ast.copy_location(asked, node))
            ast.fix_missing_locations(node)
        return found

    def _within(self, node: Any) -> ast.AST:
        self._around.append(node.name)
        returns = node.__dict__.pop("returns", None)
        self.generic_visit(node)
        if not isinstance(node, ast.ClassDef):
            node.returns = returns
        self._around.pop()
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and _names(node.value) in STORES and node.attr != "disk":
            return self._marked(node, ast.unparse(node))
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        written = ast.unparse(node.func)
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in self._imported:
            node.func = self._marked(node.func, written)
        node.args = [
            self._marked(arg, arg.id)
            if isinstance(arg, ast.Name) and arg.id in self._imported and arg.id[0].islower()
            else arg
            for arg in node.args
        ]
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        return self._loop(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        return self._loop(node)

    def _loop(self, node: Any) -> ast.AST:
        is_place = _is_over_jobs(node.target, node.iter) and _calls(node.body)
        what = f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        self.generic_visit(node)
        if is_place:
            asked = ast.Expr(self._asked(node, what, node.target))
            _begun(node.body).insert(0, ast.copy_location(asked, node))
            ast.fix_missing_locations(node)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._comprehension(node, [node.elt])

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._comprehension(node, [node.elt])

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._comprehension(node, [node.elt])

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._comprehension(node, [node.key, node.value])

    def _comprehension(self, node: Any, made: list[ast.AST]) -> ast.AST:
        first = node.generators[0]
        conditions = [test for one in node.generators for test in one.ifs]
        is_place = _is_over_jobs(first.target, first.iter) and _calls([*made, *conditions])
        what = f"for {ast.unparse(first.target)} in {ast.unparse(first.iter)}"
        self.generic_visit(node)
        if is_place:
            first.ifs.insert(0, self._asked(node, what, first.target))
            ast.fix_missing_locations(node)
        return node

    def _number(self, node: ast.AST, what: str) -> ast.Constant:
        around = ".".join(self._around) or "<module>"
        line: int = getattr(node, "lineno", 0)
        self._found.append(Place(self._module, around, line, " ".join(what.split())))
        return ast.Constant(f"{self._module}:{line}:{self._found[-1].what}")

    def _marked(self, node: Any, what: str) -> ast.expr:
        call = ast.Call(ast.Name(_MARK, ast.Load()), [self._number(node, what), node], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))

    def _asked(self, node: ast.AST, what: str, target: ast.expr) -> ast.expr:
        value = ast.parse(ast.unparse(target), mode="eval").body
        call = ast.Call(ast.Name(_LOOP, ast.Load()), [self._number(node, what), value], [])
        return ast.fix_missing_locations(ast.copy_location(call, node))


def key_of(place: Place) -> str:
    """What a rewritten module knows a place by."""
    return f"{place.module}:{place.line}:{place.what}"


def _names(node: ast.expr) -> str:
    """What an expression is named by: its last attribute, or its name."""
    return (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )


def _is_over_jobs(target: ast.expr, gone_through: ast.expr) -> bool:
    if GUARDS & {_names(n) for n in ast.walk(gone_through) if isinstance(n, ast.expr)}:
        return False
    ones = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    many = {_names(n) for n in ast.walk(gone_through) if isinstance(n, ast.expr)}
    return bool(ones & OF_JOBS or (many & JOBS and "segment" not in ones))


def _begun(body: list[ast.stmt]) -> list[ast.stmt]:
    """Where a body begins: within its guard, where it has one at once."""
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(body) > 1:
        first = body[1]
    guards = isinstance(first, ast.With) and "guarded(" in ast.unparse(first.items[0])
    if guards or isinstance(first, ast.Try):
        inner: list[ast.stmt] = first.body  # type: ignore[attr-defined]
        return inner
    return body


def _calls(nodes: Sequence[ast.AST]) -> bool:
    calls = (n for node in nodes for n in ast.walk(node) if isinstance(n, ast.Call))
    return any(_names(call.func) not in PURE for call in calls)


class Faults:
    """What is set off where, and for which documents.

    Attributes:
        set_off: by a place's key, the documents it is for, each with what is raised.
        names: the documents of jobs by id, as far as they are known.
        met: by a place's key, the documents that were told alone there.
        passed: the places that were come by.
    """

    def __init__(self) -> None:
        self.set_off: dict[str, dict[str, Callable[[str], BaseException]]] = {}
        self.names: dict[str, str] = {}
        self.met: dict[str, set[str]] = {}
        self.passed: set[str] = set()

    def at(self, key: str, value: Any) -> Any:
        """What is called in storage; where a fault is set off, what raises it when it is called."""
        self.passed.add(key)
        if not self.set_off.get(key):
            return value
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and frame.f_code.co_name.startswith("<"):
            frame = frame.f_back
        around = [] if frame is None else list(frame.f_locals.values())

        def called(*args: Any, **named: Any) -> Any:
            given = [*args, *named.values()]
            self._look(key, given if self._told_of(given) else around)
            return value(*args, **named)

        return called

    def loop(self, key: str, value: Any) -> bool:
        """A loop over jobs, which has come to one, or a step of its work."""
        self.passed.add(key)
        if self.set_off.get(key):
            # A group may be gone through again, by halves: it is raised each time.
            self._look(key, [*value] if isinstance(value, tuple) else [value], is_kept=True)
        return True

    def _told_of(self, values: list[Any]) -> set[str]:
        """The documents that some values stand for: of single jobs, or else of several."""
        ones = {name for value in values if (name := self._one(value))}
        return ones or {name for value in values for name in self._some(value)}

    def _look(self, key: str, values: list[Any], *, is_kept: bool = False) -> None:
        found = self._told_of(values)
        documents = self.set_off[key]
        for document in found & documents.keys():
            kind = documents[document]
            if len(found) == 1:
                # Told alone: a call was the last one that fails.
                if not is_kept:
                    del documents[document]
                self.met.setdefault(key, set()).add(document)
            raise kind(f"set off at {key}")

    def _one(self, value: Any) -> str | None:
        """The document of what stands for one job."""
        if isinstance(value, str):
            return self.names.get(value)
        for path in (("source_path",), ("job", "source_path"), ("_hand", "job", "source_path")):
            found = value
            for name in path:
                found = getattr(found, name, None)
            if isinstance(found, str):
                return found
        return self.names.get(getattr(value, "job_id", None) or "")

    def _some(self, value: Any) -> Iterator[str]:
        """The documents of what stands for several jobs."""
        if isinstance(value, dict):
            value = [*value, *value.values()]
        if hasattr(value, "items") and isinstance(getattr(value, "items", None), tuple):
            value = value.items
        if isinstance(value, list | tuple | set | frozenset):
            for one in value:
                name = self._one(one)
                if name is None and isinstance(one, list | tuple):
                    yield from filter(None, map(self._one, one))
                elif name is not None:
                    yield name


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in LAYERS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path, self._faults)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, fullname: str, path: str, faults: Faults) -> None:
        super().__init__(fullname, path)
        self._faults = faults

    def get_code(self, fullname: str) -> CodeType:
        tree = ast.parse(Path(self.path).read_text(encoding="utf-8"))
        marked = ast.fix_missing_locations(_Marking(fullname, []).visit(tree))
        code: CodeType = compile(marked, self.path, "exec", dont_inherit=True)
        return code

    def exec_module(self, module: Any) -> None:
        module.__dict__[_MARK] = self._faults.at
        module.__dict__[_LOOP] = self._faults.loop
        super().exec_module(module)


def installed() -> Faults:
    """Have all that is imported from now on rewritten."""
    faults = Faults()
    sys.meta_path.insert(0, _Finder(faults))
    return faults
