"""Live PyTorch, one module a topic: the code learners read and run."""
