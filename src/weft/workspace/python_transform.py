"""What a Python transform makes and reads, found in its syntax tree: the code itself is never run here."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from hashlib import blake2b

from weft.errors import TransformFault, did_you_mean
from weft.product.product import Reading

DECORATOR = "table"


@dataclass(frozen=True, slots=True)
class PythonTable:
    """The function that makes a table. `reads` maps each of its parameters to the name that it reads."""

    function: str
    reads: dict[str, str]


class PythonFault(TransformFault):
    """A Python transform that cannot be understood; `line` is where."""

    def __init__(self, message: str, mend: str = "", line: int = 0) -> None:
        super().__init__(message, mend=mend)
        self.line = line


def python_reading(text: str, table: str, line: str = "") -> Reading:
    """What a Python transform reads, and a digest of its syntax tree. Raises: PythonFault."""
    tree = _parsed(text)
    found = _table(tree, table, line)
    return Reading(tuple(dict.fromkeys(found.reads.values())), _digest(tree))


def python_table(text: str, table: str, line: str = "") -> PythonTable:
    """The function that makes a table, and what its parameters stand for. Raises: PythonFault."""
    return _table(_parsed(text), table, line)


def function_of(text: str, table: str, line: str = "") -> ast.FunctionDef:
    """The function that makes a table, in the text's own syntax tree. Raises: PythonFault."""
    return _function(_parsed(text), table, line)


def python_meaning(text: str) -> str:
    """A digest of a module's syntax tree, in which comments, layout and docstrings do not count. Raises: PythonFault."""
    return _digest(_parsed(text))


def _parsed(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 0
        raise PythonFault(f"this is no Python: {getattr(error, 'msg', None) or error}", line=line) from error


def _digest(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and _has_docstring(node):
            node.body = node.body[1:]
    return blake2b(ast.dump(tree).encode(), digest_size=16).hexdigest()


def _has_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = node.body[0] if node.body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


def _table(tree: ast.Module, table: str, line: str) -> PythonTable:
    function = _function(tree, table, line)
    return PythonTable(function.name, _reads(function, decorator_of(function)))


def _function(tree: ast.Module, table: str, line: str) -> ast.FunctionDef:
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    spelled = f"{table}@{line}" if line else table
    for function in functions:
        said = said_table(decorator_of(function))
        if said in (spelled, table) or (not said and function.name == table):
            return function
    names = [function.name for function in functions]
    mend = did_you_mean(table, names) or f"Write `def {table}(...)`, with what it reads as parameters."
    raise PythonFault(f"no function here is named '{table}', after the table", mend)


def decorator_of(function: ast.FunctionDef) -> ast.Call | None:
    """`@table(...)` or `@weft.table(...)`."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call):
            called = decorator.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name == DECORATOR:
                return decorator
    return None


def said_table(decorator: ast.Call | None) -> str:
    """The table that a function says it makes; empty where its own name says it."""
    first = decorator.args[0] if decorator and decorator.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _reads(function: ast.FunctionDef, decorator: ast.Call | None) -> dict[str, str]:
    arguments = function.args
    if arguments.vararg or arguments.kwarg:
        raise PythonFault(
            "the parameters must be named: no `*` and no `**`", "Name each of what it reads.", function.lineno
        )
    parameters = _without_default(arguments)
    said = (
        next((keyword.value for keyword in decorator.keywords if keyword.arg == "reads"), None) if decorator else None
    )
    if said is None:
        return {name: name for name in parameters}
    try:
        value = ast.literal_eval(said)
    except ValueError as error:
        mend = "Write names, such as `reads={'planes': 'planes.planes'}`."
        raise PythonFault("`reads` must be written out, not computed", mend, said.lineno) from error
    return _mapped(value, parameters, said.lineno)


def _without_default(arguments: ast.arguments) -> list[str]:
    """A parameter with a default is the author's own; the others are what is read."""
    positional = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return positional[: len(positional) - len(arguments.defaults)] + [one.arg for one, given in named if given is None]


def _mapped(value: object, parameters: list[str], line: int) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        mend = "Map parameters to names, such as `reads={'planes': 'planes.planes'}`."
        raise PythonFault("`reads` does not fit the parameters", mend, line)
    if unknown := [name for name in value if name not in parameters]:
        raise PythonFault(
            f"`reads` names '{unknown[0]}', which is no parameter", did_you_mean(unknown[0], parameters), line
        )
    return {name: value.get(name, name) for name in parameters}
