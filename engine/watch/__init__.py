"""Watching a training script that outlives its watchers: keeper, log, record, follower.

A *keeper* (`engine.watch.keeper`) starts the script (`engine.watch.starting`) in sessions of their
own, writes all it hears to a log, and serves the log to whoever asks through a Unix socket. A
*follower* (`engine.watch.follower`) reads it from the start or from where it was cut off.

What belongs here: processes, logs and records of watched scripts. What is seen inside of a script
is in ``engine.probe``; how it is shown is in ``tui``.
"""
