"""How many errors from outside the doctor recognises, and how many rightly.

    python -m tests.doctor [--all]

prints recognised / right / wrong of the programs and texts in ``outside/``; ``--all`` each of them.
An error no rule explains is missed, another rule's explanation is wrong, and so is any explanation
where none should be given. Exit status 1 where one is wrong or fewer than 90 % are recognised.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.doctor.outside.cases import UNKNOWN, Case, cases, kinds
from tests.doctor.outside.reading import rule_of

ENOUGH = 0.9


def verdict(case: Case, rule: str, fitting: dict[str, set[str]]) -> str:
    """Of one case: right, wrong or missed."""
    if not rule:
        return "right" if case.kind == UNKNOWN else "missed"
    return "right" if rule in fitting.get(case.kind, set()) else "wrong"


def main(*options: str) -> int:
    """Print the figures; 1 where they are not good enough."""
    fitting = kinds()
    count: Counter[str] = Counter()
    sheets: Counter[str] = Counter()
    for case in cases():
        rule = rule_of(case.text)
        found = verdict(case, rule, fitting)
        known = case.kind != UNKNOWN
        count[found] += 1
        count["known"] += known
        count["recognised"] += known and bool(rule)
        sheets[case.sheet] += 1
        if found != "right" or "--all" in options:
            said = rule or "nothing"
            sys.stdout.write(f"{found:7}{case.sheet}/{case.name}: {case.kind} -> {said}\n")
    share = count["recognised"] / count["known"]
    sys.stdout.write(
        f"{sheets.total()} texts, {count['known']} of them errors a rule should know: "
        f"{count['recognised']} recognised ({share:.1%}), "
        f"{count['right']} right, {count['missed']} missed, {count['wrong']} wrong\n"
    )
    return int(bool(count["wrong"]) or share < ENOUGH)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
