"""``tocha`` with a lesson of the tests' own in place of the course.

What belongs here: that lesson (in ``drill``) and the command that opens it. No test: those that use
it are in ``tests.app`` and wherever a lesson must not change with the course.
"""
