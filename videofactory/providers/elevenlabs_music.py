"""ElevenLabs' music. Nothing of it can be fetched again: a lost answer stays unknown, and is never simply sent again."""

from decimal import ROUND_DOWN, Decimal
from math import ceil

from videofactory.domain.errors import EngineRejected, OutcomeUnknown
from videofactory.providers.account import Account
from videofactory.providers.adapter import Adapter
from videofactory.providers.elevenlabs import PATIENCE, decoded, fitted, line, wav_of
from videofactory.providers.registry import Model
from videofactory.providers.roles import Composer, Delivered, MusicRequest, Payload, Receipt, Shelf, Sought

PATH = "/v1/music"
FORMAT = "auto"
"""The model's own best MP3. Music takes a seed only with a plan of sections, so there is none here."""
MINUTE = 60_000
"""Milliseconds."""
_FINE = Decimal("1e-12")
"""Minutes are cut here, so that a third of a minute is not rounded up to a millionth of a dollar more than it costs."""


class ElevenLabsMusic(Adapter, Composer):
    """Makes instrumental beds. `sold.lengths` are the shortest and the longest; the price is by the minute asked for."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = line(account)

    def price(self, request: MusicRequest) -> Decimal:
        """The minutes asked for, at the registry's price."""
        minutes = (Decimal(self._milliseconds(request)) / MINUTE).quantize(_FINE, rounding=ROUND_DOWN)
        return self.sold.cost(minutes, per="minute")

    def submit(self, request: MusicRequest, *, shelf: Shelf, token: str) -> Receipt:  # noqa: ARG002 - nothing to fetch or to find again
        """See `Engine.submit`. Too short a bed is asked for longer and cut; too long a one is refused before it is sent."""
        body = {
            "prompt": request.prompt,
            "music_length_ms": self._milliseconds(request),
            "model_id": self.model,
            "force_instrumental": True,
        }
        answer = self._http.submit(PATH, json=body, params={"output_format": FORMAT}, seconds=PATIENCE)
        samples, remarks = fitted(decoded(answer.content, channels=2, paid=self.price(request)), seconds=request.seconds)
        return Delivered(files={"music": Payload(wav_of(samples), "audio/wav")}, remarks=remarks)

    def find(self, sought: Sought) -> Receipt | None:
        """Never an answer: raises `OutcomeUnknown`."""
        del sought
        raise OutcomeUnknown(
            "ElevenLabs keeps no music that could be found or fetched again.",
            remedy="Its usage page shows whether it was charged.",
        )

    def _milliseconds(self, request: MusicRequest) -> int:
        """The length to ask for. Raises `EngineRejected` beyond the longest."""
        shortest, longest = min(self.sold.lengths), max(self.sold.lengths)
        if request.seconds > longest:
            raise EngineRejected(
                f"{self.model} makes music up to {longest:g} s; {request.seconds:g} s are needed.",
                remedy="Make a shorter film, or choose another engine for its music.",
            )
        return ceil(max(request.seconds, shortest) * 1000)
