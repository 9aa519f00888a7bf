"""What a thousand apps in one process need not make a thousand times: parsed styles, queries.

An app of its own parses its style sheets and compiles the query of its editor's highlighting once;
the tests open a new app each, in one process. What they parse is the same text every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from textual.css import parse as css_parse
from textual.css import stylesheet
from textual.css.model import RuleSet
from textual.css.tokenizer import Token
from textual.document import _syntax_aware_document as highlighting

Variables = Mapping[str, list[Token]]

_parse = css_parse.parse
_parsed: dict[object, list[RuleSet]] = {}
_values: tuple[Variables | None, object] = (None, None)


def values(variables: Variables | None) -> object:
    """What variables stand for, to compare them with those of another theme."""
    global _values
    known, found = _values
    if variables is None or known is not variables:
        tokens = (variables or {}).items()
        found = tuple((name, *(token.value for token in each)) for name, each in tokens)
        _values = variables, found
    return found


def parse(
    scope: str,
    css: str,
    read_from: Any,
    variables: dict[str, str] | None = None,
    variable_tokens: dict[str, list[Token]] | None = None,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
) -> Iterable[RuleSet]:
    """Like Textual's; the same text with the same variables is parsed once."""
    given = tuple((variables or {}).items()), values(variable_tokens)
    key = scope, css, read_from, given, is_default_rules, tie_breaker
    if key not in _parsed:
        _parsed[key] = list(
            _parse(scope, css, read_from, variables, variable_tokens, is_default_rules, tie_breaker)
        )
    return _parsed[key]


_prepare = highlighting.SyntaxAwareDocument.prepare_query
_prepared: dict[object, Any] = {}


def prepare_query(document: highlighting.SyntaxAwareDocument, query: str) -> Any:
    """Like Textual's; a query is compiled once for a language."""
    key = document.language, query
    if key not in _prepared:
        _prepared[key] = _prepare(document, query)
    return _prepared[key]


def share() -> None:
    """From here on, every app of this process shares them."""
    setattr(stylesheet, "parse", parse)  # noqa: B010 - Textual does not offer it for this
    setattr(highlighting.SyntaxAwareDocument, "prepare_query", prepare_query)  # noqa: B010
