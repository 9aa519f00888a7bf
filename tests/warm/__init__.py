"""Warm processes: Python that need not import torch once more.

The tests start hundreds of Python processes, the product's own children among them, and importing
torch would take each of them three seconds of a processor. So one process has imported what is
imported again and again, and then only waits (`tests.warm.__main__`). Where a test, or a process
under test, starts ``python -m …`` or ``python -c …``, that one forks, and the fork becomes the
process asked for (`tests.warm.becoming`): a child of whoever asked, with a pid, a session,
descriptors, an environment, a folder, arguments and signals of its own, and nothing imported that a
fresh interpreter would not have (`tests.warm.hidden`). Whoever starts it still says
``subprocess.Popen``: replaced is only the one function beneath that forks (`tests.warm.starting`).

Where more than time would differ, Python itself is started: other flags, a script's file, another
environment for what reads it while it is imported, a function to call before the program, other
systems than Linux. So it is in tests about starting: these are marked ``cold``. What is left out at
a fork's end is torch's own C++ destructors.

What belongs here: making tests start faster. Nothing is tested with it that would not hold without.
"""
