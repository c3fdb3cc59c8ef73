"""Tests of what Dagster does with the factory."""
