"""Apps: each module puts widgets and a workflow together, and computes nothing itself."""
