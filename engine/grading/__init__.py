"""The learner's own code: run, watched, checked, and its errors explained."""
