"""The lessons: a folder each, of prose, facts and exercises; and how they are read and kept.

What belongs here: what is taught and what a learner did with it. No torch, no engine, no screen.
"""
