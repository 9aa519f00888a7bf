"""What no import contract sees: modules found, loaded or made by a name that is computed.

The list of the few functions that may, each with its reason, and a reading of source text that
finds all uses. What is read is the text: an import hidden on purpose can always be hidden better.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

IMPORTING = {
    *("import_module", "__import__", "find_spec", "find_loader", "load_module"),
    *("run_module", "run_path", "resolve_name", "walk_packages"),
    *("spec_from_file_location", "spec_from_loader", "zipimporter"),
    *("SourceFileLoader", "SourcelessFileLoader", "ExtensionFileLoader", "FileFinder"),
}
"""Names that import, wherever they are taken from."""

NAMED = {"import_module", "__import__", "find_spec", "find_loader", "run_module", "resolve_name"}
"""Those whose first argument is the module's name."""

RUNNING = {"exec", "eval", "compile"}
"""Built-in functions that run a text, with the imports in it; methods may be called so as well."""

MODULES = {
    *("importlib", "importlib.util", "importlib.machinery", "importlib.abc"),
    *("builtins", "__builtins__", "runpy", "pkgutil", "zipimport", "sys"),
}
"""Modules that are used attribute by attribute: handed on whole, anything can be got from them."""

HIDDEN = IMPORTING | {"__builtins__"}
"""Names that may not even stand in a string."""


class Use(NamedTuple):
    """One use: the function it is in, what is used, and the imported name where it is written."""

    function: str
    what: str
    name: str = ""


KNOWN = {
    ("engine/doctor/traceback_text.py", "classes", "builtins"): "an exception's class, by its name",
    ("engine/experiments/parts/transcript.py", "_answer", "compile"): "lines shown as at a prompt",
    ("engine/experiments/parts/transcript.py", "_answer", "exec"): "lines shown as at a prompt",
    ("engine/experiments/parts/faulty_loops.py", "started", "exec"): "a loop with a line changed",
    ("engine/experiments/training.py", "run", "exec"): "the lines of a step, one after the other",
    ("engine/grading/verdicts.py", "_load", "exec"): "the learner's answer",
    ("engine/grading/verdicts.py", "load_check", "compile"): "the check that came in the job",
    ("engine/grading/verdicts.py", "load_check", "exec"): "the check that came in the job",
    ("engine/scope/changing.py", "_compiled", "compile"): "what the learner changes at a stop",
    ("engine/scope/changing.py", "change", "exec"): "what the learner changes at a stop",
    ("tui/state/what_if.py", "fault", "compile"): "whether that is Python; it does not run",
    ("engine/probe/telling.py", "offer_watch", "builtins"): "gives the learner's code watch()",
    ("engine/probe/telling.py", "_put_back", "builtins"): "takes watch() away again",
    ("engine/probe/scripts.py", "run", "exec"): "the learner's own code",
    ("engine/process/learner_module.py", "__enter__", "builtins"): "what code may do to its names",
    (
        "engine/process/learner_module.py",
        "__exit__",
        "builtins.__dict__",
    ): "what code did to its names",
    ("engine/process/learner_module.py", "compiled", "compile"): "the learner's own code",
    ("engine/process/learner_module.py", "module", "sys.modules"): "the module that code is in",
    ("engine/process/own_names.py", "__enter__", "sys.modules"): "names of ours are the script's",
    ("engine/process/own_names.py", "__exit__", "sys.modules"): "and ours again",
    ("engine/process/own_names.py", "show_again", "sys.modules"): "and ours again",
    ("engine/process/own_names.py", "_taken", "sys.modules"): "names of ours are the script's",
    ("engine/process/own_names.py", "find_spec", "find_spec"): "the script's `engine`, not ours",
    ("engine/process/run.py", "find", "import_module"): "an experiment, by the name in its job",
    ("engine/process/torch_facts.py", "is_compiled", "find_spec"): "torch is asked about only",
    ("engine/watch/inside.py", "find_spec", "find_spec"): "the script's own import of torch",
    ("engine/watch/inside.py", "__reduce__", "exec"): "a call that another process makes",
    ("engine/watch/boot/sitecustomize.py", "", "__import__"): "the one that is there without us",
    ("engine/watch/starting.py", "put_back", "sys.modules"): "leaves no trace of ours",
    ("lessons/format/program.py", "_piece", "builtins"): "names that a program need not define",
    ("lessons/format/source.py", "module", "find_spec"): "an experiment's text is only read",
    ("lessons/format/source.py", "is_package", "find_spec"): "an experiment's text is only read",
}
"""The only uses there may be, by file, function and what is used, and why."""


def uses(tree: ast.AST) -> list[Use]:
    """Every use in a file, in the order of its text."""
    return list(_look(tree, ""))


def _look(node: ast.AST, function: str) -> Iterator[Use]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        function = node.name
    if isinstance(node, ast.ImportFrom):
        yield from (Use(function, what) for what in _taken_from(node))
    elif isinstance(node, ast.Call) and (what := _used(node.func)):
        yield Use(function, what, _first(node) if what in NAMED else "")
    elif what := _used(node):
        yield Use(function, what)
    for part in _parts(node):
        yield from _look(part, function)


def _parts(node: ast.AST) -> list[ast.AST]:
    """What else is to be looked at: not the name of what is called, not what an attribute is of."""
    if isinstance(node, ast.Attribute):
        return [] if _dotted(node.value) in MODULES else [node.value]
    if isinstance(node, ast.Call) and _used(node.func):
        return [*_parts(node.func), *_arguments(node)]
    return list(ast.iter_child_nodes(node))


def _arguments(call: ast.Call) -> list[ast.AST]:
    """The arguments, without the name of a module that is written there: it is reported."""
    written = call.args[:1] if _used(call.func) in NAMED and _first(call) else []
    return [part for part in [*call.args, *call.keywords] if part not in written]


def _first(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _used(node: ast.AST) -> str:
    """What of the above this is; "" if nothing."""
    match node:
        case ast.Attribute(value, attribute):
            return _attribute(_dotted(value), attribute)
        case ast.Name(name) if name in IMPORTING | RUNNING | MODULES:
            return name
        case ast.Constant(str(text)) if text in HIDDEN:
            return text
        case ast.alias(name, str()) if name in IMPORTING | MODULES:
            return name  # goes on under another name
    return ""


def _attribute(of: str, name: str) -> str:
    if name in IMPORTING or (name in RUNNING and of in {"builtins", "__builtins__"}):
        return name
    whole = f"{of}.{name}"
    is_whole = whole in MODULES | {"sys.modules"} or (of in MODULES and name == "__dict__")
    return whole if is_whole else ""


def _taken_from(node: ast.ImportFrom) -> Iterator[str]:
    """Of a ``from … import``: modules as wholes, everything at once, built-ins with a new name."""
    for each in node.names:
        whole = f"{node.module}.{each.name}"
        if whole in MODULES | {"sys.modules"} or (node.module in MODULES and each.name == "*"):
            yield whole
        elif node.module == "builtins" and each.name in RUNNING:
            yield each.name


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
