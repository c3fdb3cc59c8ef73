"""Tests of the door for what strangers hand in."""
