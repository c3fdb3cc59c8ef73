"""Tests, in the folders and under the names of what they test."""
