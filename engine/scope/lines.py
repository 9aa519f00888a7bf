"""What is known of a file's lines before it runs: what each assigns, which call backward, loops."""

from __future__ import annotations

import ast
from collections import defaultdict


class Lines:
    """A file's source, read once."""

    def __init__(self, source: str) -> None:
        self.assigned: dict[int, set[str]] = defaultdict(set)
        """Names that the statement on a line assigns."""
        self.backward: set[int] = set()
        """Lines with a call of ``backward``."""
        self.loops: set[int] = set()
        """First lines inside the body of a loop."""
        try:
            tree = ast.parse(source)
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            return  # The run says so itself.
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt):
                self._statement(node)
            if _calls_backward(node):
                self.backward.add(node.lineno)  # type: ignore[attr-defined]

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.For | ast.While | ast.AsyncFor):
            self.loops.add(node.body[0].lineno)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            return
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                self.assigned[part.lineno].add(part.id)
                self.assigned[node.lineno].add(part.id)


def _calls_backward(node: ast.AST) -> bool:
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_method and node.func.attr == "backward"  # type: ignore[attr-defined]
