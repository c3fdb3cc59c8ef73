"""Notion as the team's desk, against the twin's workspace over real HTTP."""
