"""The contract that every adapter of the registry is held to: who stands here is in `stage`, why in docs/adding-an-engine.md."""
