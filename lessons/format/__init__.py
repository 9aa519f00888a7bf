"""The format of a lesson: schema, pages, knobs, conditions, exercises, and their catalog.

What belongs here: reading lesson folders. What a learner did with them is in ``lessons.learner``.
"""
