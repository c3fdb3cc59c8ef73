"""The face over HTTP."""
