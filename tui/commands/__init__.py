"""The commands besides ``run``, a module each; what they need is imported when they run."""
