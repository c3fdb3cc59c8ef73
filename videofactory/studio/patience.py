"""How often each kind of call is tried, how long is waited between tries, and how long for the whole job (SPEC 5)."""

from dataclasses import dataclass

from videofactory.providers.roles import Role


@dataclass(frozen=True)
class Patience:
    """`first` is the wait in seconds before the second try, doubled for each further one where it `grows`.

    `whole` is how long, in seconds, the whole job is waited for.
    """

    tries: int
    first: float
    whole: float
    grows: bool = True

    def wait(self, error: Exception, *, tried: int) -> float:
        """Seconds before the next try: what the service asked for, else by the table."""
        asked = getattr(error, "retry_after", None)
        if asked is not None:
            return float(asked)
        return self.first * 2 ** (tried - 1) if self.grows else self.first


PATIENCE: dict[Role, Patience] = {
    "analyst": Patience(tries=3, first=2, whole=60),
    "director": Patience(tries=3, first=2, whole=60),
    "stills": Patience(tries=3, first=1, whole=20),
    "video": Patience(tries=2, first=30, whole=600, grows=False),
    "voice": Patience(tries=3, first=2, whole=120),
    "effects": Patience(tries=3, first=2, whole=120),
    "music": Patience(tries=3, first=2, whole=120),
}
