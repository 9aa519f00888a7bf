"""Imported by Python as it starts, before it runs a watched script as it runs any other."""

import sys

if __name__ == "sitecustomize":
    ROOT = __file__.rsplit("/", 4)[0]
    sys.path.insert(0, ROOT)
    try:
        from engine.watch.joining import started
    finally:
        sys.path.remove(ROOT)
    started()
    # Another one, if there is one, is imported as it would have been without us.
    __import__(__name__)
