"""Errors from outside: programs and logs written without a look at the doctor's rules.

What belongs here: what other people's programs say, in the layouts they say it in, and what a good
explanation is about. What a rule's own snippet says is in ``tests/doctor/messages``.
"""
