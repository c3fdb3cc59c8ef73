"""Homes for these tests: an empty one, and copies of a drafted and a finished one."""

from videofactory_tests.homes import drafted_copy, finished, finished_copy, home, made

__all__ = ["drafted_copy", "finished", "finished_copy", "home", "made"]
