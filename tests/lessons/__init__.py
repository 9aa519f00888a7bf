"""Lessons read: their format, their words, and every number they quote."""
