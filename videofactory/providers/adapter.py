"""What all adapters to bought engines share: the registry's model, the account, prices and lengths from the registry."""

from decimal import Decimal

from videofactory.providers.account import Account
from videofactory.providers.registry import Model
from videofactory.providers.roles import VideoEngine, VideoRequest


class Adapter:
    """Mixed into a role's class: `class KlingVideo(VideoAdapter)`, `class FalStills(Adapter, StillEngine)`.

    `sold` is the registry's model; `id` and `model` are its names. Built by `studio.casting` with exactly these arguments.
    """

    def __init__(self, sold: Model, *, account: Account) -> None:
        self.sold = sold
        self.account = account
        self.id = sold.engine
        self.model = sold.id
        self.resend_is_free = sold.resend
        self.metered = True
        self.room = sold.concurrent
        self.rate = (sold.rate.calls, sold.rate.seconds) if sold.rate else None

    @property
    def identity(self) -> str:
        """See `Engine.identity`."""
        return f"{self.id}/{self.model} {self.account.identity}"


class VideoAdapter(Adapter, VideoEngine):
    """A bought video engine: lengths, sizes, capabilities and price by the second from the registry."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self.can = frozenset(sold.can)
        self.max_seconds = max(sold.lengths)
        self._remarks: dict[str, tuple[str, ...]] = {}  # of the jobs this process sent: too little for the ledger

    def sold_seconds(self, seconds: float) -> float:
        """The shortest length sold that is not shorter. Raises `EngineRejected` when none is."""
        return self.sold.length_for(seconds)

    def size(self, request: VideoRequest) -> str:
        """The smallest size sold that fills the film's frame, else the largest sold."""
        return self.sold.size_for(min(request.width, request.height))

    def price(self, request: VideoRequest) -> Decimal:
        """Seconds at the registry's price for this size, with or without the engine's own sound."""
        seconds = self.sold_seconds(request.seconds)
        return self.sold.cost(seconds, per="second", size=self.size(request), audio=request.own_sound, seconds=seconds)


def unmet(sold: Model, request: VideoRequest) -> tuple[str, ...]:
    """Remarks on what the request wishes and this model cannot do."""
    wishes = {
        "last_frame": (request.last_frame is not None, "a last frame"),
        "references": (bool(request.references), "references"),
        "native_audio": (request.own_sound, "a sound of its own"),
    }
    return tuple(
        f"{sold.id} makes no use of {name}: it was left out."
        for capability, (wished, name) in wishes.items()
        if wished and capability not in sold.can
    )


def aspect_of(width: int, height: int) -> str:
    """`16:9`, `9:16` or `1:1`: the picture format in the words most engines use."""
    if width == height:
        return "1:1"
    return "16:9" if width > height else "9:16"
