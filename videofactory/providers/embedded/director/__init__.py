"""The embedded director: a script from a brief, and a scene's picture rewritten from a reviewer's words, without a network."""

from videofactory.providers.embedded.director.engine import EmbeddedDirector

__all__ = ["EmbeddedDirector"]
