def seconds_per_call(work, synchronize, clock, repeats):
    """How many seconds one call of work takes, once it is
    warm.
    """
    start = clock()
    work()
    stop = clock()
    # TODO: warm up, wait, repeat, wait
    return stop - start
