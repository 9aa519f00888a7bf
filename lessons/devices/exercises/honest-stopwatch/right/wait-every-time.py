def seconds_per_call(work, synchronize, clock, repeats):
    times = []
    for _ in range(repeats + 1):
        synchronize()
        start = clock()
        work()
        synchronize()
        times.append(clock() - start)
    return sum(times[1:]) / repeats
