"""``python -m tests.faults``: put faults in, count what becomes of them."""

from __future__ import annotations

import argparse
import sys
import traceback
from itertools import islice
from random import Random

from tests.faults import known
from tests.faults.outcome import HEAD, Outcome, Rounds, line


def main() -> int:
    """Print the table; the exit status is 1 when something was lost or did not go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"of: {', '.join(known.FAULTS)}")
    parser.add_argument("--times", type=int, default=50, help="how often each is put in")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    wanted = [name for name in known.FAULTS if not asked.name or any(w in name for w in asked.name)]
    print(HEAD, flush=True)
    everything: list[Outcome] = []
    for name in wanted:
        outcomes = counted(known.FAULTS[name], Random(asked.seed), asked.times)
        everything += outcomes
        print(line(name, outcomes), flush=True)
        for told in islice((each.told for each in outcomes if each.told), 3):
            print(told, file=sys.stderr)
    return int(not all(each.recovered and not each.lost for each in everything))


def counted(rounds: Rounds, random: Random, times: int) -> list[Outcome]:
    """All that came; what the tests themselves could not do counts as not recovered."""
    outcomes: list[Outcome] = []
    while len(outcomes) < times:
        try:
            outcomes.extend(rounds(random, times - len(outcomes)))
        except (AssertionError, OSError) as error:
            traceback.print_exc()
            outcomes.append(Outcome(False, told=str(error)))
    return outcomes


if __name__ == "__main__":
    sys.exit(main())
