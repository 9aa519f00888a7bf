def seconds_per_call(work, synchronize, clock, repeats):
    for _ in range(3):
        work()
        synchronize()
    begin, left = clock(), repeats
    while left:
        work()
        left -= 1
    synchronize()
    return (clock() - begin) / repeats
