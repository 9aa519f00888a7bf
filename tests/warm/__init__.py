"""Warm processes: Python that need not import torch once more.

The tests start hundreds of Python processes, the product's own children among them, and importing
torch would take each of them three seconds of a processor. So one process has imported what is
imported again and again, and then only waits (`tests.warm.__main__`). Where a test, or a process
under test, starts ``python -m …`` or ``python -c …``, that one forks, and the fork becomes the
process asked for (`tests.warm.becoming`): a child of whoever asked, with a pid, a session,
descriptors, an environment, a folder, arguments and signals of its own, and nothing imported that a
fresh interpreter would not have (`tests.warm.hidden`). Whoever starts it still says
``subprocess.Popen``: what is replaced is the one function beneath that forks (`tests.warm.starting`).

Where a fork could not be told from the real thing only by time, it is not used: other flags, a
script's file, another environment for what reads it while it is imported, a function to call before
the program, other systems than Linux. And tests that are about starting itself are marked ``cold``.
"""
