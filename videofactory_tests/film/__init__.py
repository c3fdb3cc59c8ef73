"""Whole films, from the brief to the master: what is made again after an edit, a kill, a full disk; the same bytes each time."""
