"""Why something from outside is not taken in. `images` turns it into the `InvalidInput` the rest of the factory knows."""


class NotTakenIn(ValueError):
    """A picture, path or link is refused; the text says why and what to hand in instead."""
