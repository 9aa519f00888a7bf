"""``tocha`` with a lesson of the tests' own in place of the course."""
