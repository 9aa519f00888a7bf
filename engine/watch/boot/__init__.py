"""The folder that comes first on the path of a watched script's Python while that starts.

What belongs here: `sitecustomize` alone, which Python imports by that name.
"""
