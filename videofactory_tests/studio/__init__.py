"""Tests of how each thing is made."""
