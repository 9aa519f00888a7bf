def seconds_per_call(work, synchronize, clock, repeats):
    """How many seconds one call of work takes, once it is warm."""
    synchronize()
    start = clock()
    for _ in range(repeats + 1):
        work()
    synchronize()
    stop = clock()
    return (stop - start) / repeats
