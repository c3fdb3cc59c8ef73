"""What was promised and paid: projects, calls, reviews, milestones, workers, keys and the audit log, in one SQL database.

Knows no engine and no file; who spends and why is decided in `studio`.
"""
