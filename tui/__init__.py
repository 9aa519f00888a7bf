"""The terminal screen: everything a learner sees and presses."""
