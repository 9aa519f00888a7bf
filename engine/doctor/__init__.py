"""Errors explained: from a live exception, or from the text of a traceback. Imports no torch.

What belongs here: rules, and the words for what they find. Finding faults in a running loop is the
business of ``engine.probe``. A fault in here is never told instead of the error: what cannot be
explained stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from engine.doctor.chains import CONSEQUENCES
from engine.doctor.conditions import CONDITIONS
from engine.doctor.error_context import ErrorContext, look
from engine.doctor.nearer import seen_nearer
from engine.doctor.origin import BY_ANYBODY, by_hand, by_others, of_another_tensor
from engine.doctor.own_names import in_own_names
from engine.doctor.rules import Rule, matching, rules
from engine.doctor.similar_names import similar_name
from engine.doctor.traceback_text import Report, all_classes, reports
from engine.doctor.words import here, told
from engine.process.failure import print_plainly, words_of
from engine.process.protocol import Explained, encode

__all__ = ["ErrorContext", "Report", "Rule", "examine", "explain", "read", "rules"]

MOST_CAUSES = 20
"""Exceptions that led to one, looked at."""

QUOTED = re.compile(r"\w \w+ [\"\u201c][^\"\u201d\n]*(?: [^\"\u201d\n ]+){3}[\"\u201d],? \w+ \w")
"""A sentence that has something in quotation marks, and goes on: it speaks of an error."""

LONGEST_SOURCE = 80
"""Characters of a failing line that is repeated in an explanation."""


def examine(error: BaseException, run_id: int, file: str = "") -> Explained | None:
    """What a live exception means, with the variables of the failing line; None if unknown.

    ``file`` is the name of the learner's source, where it is certain. Raises nothing: looking at
    the variables of a failing line may run the learner's code, and this code may have a fault.
    Python's traceback is printed then.
    """
    try:
        explained = _examined(error, run_id, file)
        if explained is not None:
            # What cannot be sent explains nothing.
            encode(explained)
    except BaseException:
        print_plainly(error)
        return None
    return explained


def _examined(error: BaseException, run_id: int, file: str) -> Explained | None:
    """The error itself, or else what led to it; what is only vague about it comes last."""
    chain = list(_chain(error))
    for vague in (False, True):
        for one in chain:
            explained = _one(one, run_id, file, vague=vague)
            if explained is None:
                continue
            if one is not error:
                explained.says += f" {_before(type(error).__name__)}"
            return explained
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and what led to it, as a traceback would show them, the last first."""
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen and len(seen) < MOST_CAUSES:
        yield one
        seen.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _one(error: BaseException, run_id: int, file: str, *, vague: bool) -> Explained | None:
    """Of a group, which no rule knows, the first of its exceptions that one does."""
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            if (explained := _one(one, run_id, file, vague=vague)) is not None:
                if not isinstance(one, BaseExceptionGroup):
                    explained.says += f" {_one_of(len(error.exceptions))}"
                return explained
        return None
    names = [kind.__name__ for kind in type(error).__mro__]
    message = error.msg if isinstance(error, SyntaxError) else words_of(error)[1]
    message += similar_name(error)
    return explain(names, message, look(error, file), run_id, vague=vague)


def _one_of(size: int) -> str:
    one = f"one of the {size} exceptions" if size > 1 else "the only exception"
    return f"It is {one} of a group."


def _before(name: str) -> str:
    return f"It came before the {name} that stands last, which is unknown here."


def explain(
    names: list[str],
    message: str,
    context: ErrorContext,
    run_id: int = 0,
    *,
    vague: bool | None = None,
) -> Explained | None:
    """The first rule that fits, in words; ``names`` are the exception's classes, its own first.

    ``vague`` asks for rules that only say where to look further, or for the others.
    """
    context.names, context.message = names, message
    if by_hand(context):
        return None
    for rule, found in matching(names, message):
        if vague is not None and rule.vague != vague:
            continue
        if _may_speak(rule, context) and (not rule.when or CONDITIONS[rule.when](context)):
            return _in_words(rule, found, context, run_id)
    return None


def _may_speak(rule: Rule, context: ErrorContext) -> bool:
    """Whether the message is the one a rule knows, and not another's in the same words."""
    if (
        by_others(context)
        and rule.topic not in BY_ANYBODY
        and rule.error != ["ModuleNotFoundError"]
    ):
        return False
    return rule.topic == "python" or not of_another_tensor(context)


def read(traceback: str) -> tuple[Report, Explained | None]:
    """What a traceback's text says, and what it means; None if unknown.

    Of several exceptions it is the last one that is explained; where that is unknown, the last one
    that led to it; of a group the first one that is known. Raises nothing: a fault on the way
    leaves the rest unexplained.
    """
    found: list[Report] = []
    # A text may be laid out as nobody has seen: it is still there to be read.
    with suppress(Exception):
        found.extend(reports(traceback))
        every = _is_consequence(found[0])
        for vague in (False, True):
            for number, report in enumerate(found):
                if not (every or report.related) or _only_named(report, found[0]):
                    continue
                if (explained := _of_text(report, vague=vague)) is not None:
                    among = _among(report, found[: number + 1])
                    explained.says = " ".join([explained.says, *among, *_while(report, found)])
                    return report, explained
    # A group says more than its first exception where none of them is known.
    return next((one for one in found if not one.group), found[0] if found else Report()), None


def _is_consequence(last: Report) -> bool:
    """Whether what the text ends with only says that something else went wrong before."""
    kinds = [_of_text(last, vague=vague) for vague in (False, True)]
    return bool(last.names) and kinds[0] is None and kinds[1] is not None


def _only_named(report: Report, last: Report) -> bool:
    """Whether an exception is a cause that was never raised: it has no place, and the last has."""
    own = report.context
    raised = own.line or own.source or own.functions or report.group
    return bool(last.context.line) and not raised


def _among(report: Report, tried: list[Report]) -> Iterator[str]:
    """Which of the text's exceptions was explained, where it is not the one."""
    if report.group:
        yield _one_of(report.group)
    last = next((one for one in tried if not one.group), report)
    if last is not report and last is tried[0]:
        known = last.names[0] in CONSEQUENCES
        unknown = "" if known else ", unknown here"
        yield f"It stands before the {last.names[0]} that the text ends with{unknown}."


def _while(report: Report, found: list[Report]) -> Iterator[str]:
    """The exception that was there first, where the last one came while it was handled."""
    if report is found[0] and report.handled and not report.group:
        first = found[1] if len(found) > 1 else Report()
        if first.related and first.names and first.context.line:
            where = f"the {first.names[0]} of line {first.context.line}"
            yield f"It came while {where} was handled, which may be the one to mend first."


def _of_text(report: Report, *, vague: bool) -> Explained | None:
    if report.names:
        explained = explain(report.names, report.message, report.context, vague=vague)
        if explained is not None and not report.context.named and (seen := _place(report)):
            explained.says += f" {seen}"
        return explained
    if QUOTED.search(report.context.text):
        return None
    # A message alone: rules that live by the exception's class have nothing to go by.
    for rule, found in matching(all_classes(), report.message):
        if not rule.when and not any(re.search(pattern, "?") for pattern in rule.patterns):
            return _in_words(rule, found, report.context, 0)
    return None


def _place(report: Report) -> str:
    """Where it happened, in the learner's own words: the only sentence a bare traceback allows."""
    what = report.marked or report.context.source
    if not what or len(what) > LONGEST_SOURCE:
        return ""
    where = f" (line {report.context.line})" if report.context.line else ""
    return f"Here it was `{what}`{where}."


def _in_words(rule: Rule, found: dict[str, str], context: ErrorContext, run_id: int) -> Explained:
    found = {name: told(text, name) for name, text in found.items()}
    near = seen_nearer(rule.id, found, context)
    says = near.says or rule.says.format(**found)
    said = [says, here(context, rule.aspect) if rule.aspect else ""]
    return Explained(
        run_id,
        rule=rule.id,
        title=near.title or rule.title,
        says=" ".join(filter(None, said)),
        fix=near.fix or _fix(rule, found, context),
        page=rule.page,
    )


def _fix(rule: Rule, found: dict[str, str], context: ErrorContext) -> str:
    """What to do, in the learner's names where the failing line has them."""
    code = context.failing or context.source
    for sentence in rule.own:
        for name, text in found.items():
            sentence = sentence.replace(f"{{{name}}}", text)
        if own := in_own_names(sentence, code, certain=bool(context.failing)):
            return own
    return rule.fix.format(**found)
