def seconds_per_call(work, synchronize, clock, repeats):
    """How many seconds one call of work takes, once it is warm."""
    work()
    synchronize()
    start = clock()
    for _ in range(repeats):
        work()
    synchronize()
    stop = clock()
    return (stop - start)
