"""The package: built as a wheel, installed, started in a fresh environment.

What belongs here: what only an installation shows, such as files left out of the wheel and versions
of packages. What holds of the source tree as it is has its test in the room it is about.
"""
