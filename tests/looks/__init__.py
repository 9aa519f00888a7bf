"""``python -m tests.looks OUT``: the whole app as contact sheets, to be looked at as one."""
