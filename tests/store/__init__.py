"""What is kept: real SQLite files, damaged, full, locked, shared."""
