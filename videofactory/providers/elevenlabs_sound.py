"""ElevenLabs' sound effects. Nothing of them can be fetched again: a lost answer stays unknown."""

from decimal import Decimal

from videofactory.domain.errors import EngineRejected, OutcomeUnknown
from videofactory.providers.account import Account
from videofactory.providers.adapter import Adapter
from videofactory.providers.elevenlabs import FORMAT, PATIENCE, decoded, fitted, line, wav_of
from videofactory.providers.registry import Model
from videofactory.providers.roles import Delivered, EffectRequest, Payload, Receipt, Shelf, Sought, SoundEngine

PATH = "/v1/sound-generation"


class ElevenLabsSound(Adapter, SoundEngine):
    """Makes effects. `sold.lengths` are the shortest and the longest; the price is by the effect."""

    def __init__(self, sold: Model, *, account: Account) -> None:
        super().__init__(sold, account=account)
        self._http = line(account)

    def price(self, request: EffectRequest) -> Decimal:  # noqa: ARG002 - one price for every length
        """The price of one effect."""
        return self.sold.cost(1, per="call")

    def submit(self, request: EffectRequest, *, shelf: Shelf, token: str) -> Receipt:  # noqa: ARG002 - nothing to fetch or to find again
        """See `Engine.submit`. Too short an effect is asked for longer and cut; too long a one is refused before it is sent."""
        shortest, longest = min(self.sold.lengths), max(self.sold.lengths)
        if request.seconds > longest:
            raise EngineRejected(
                f"{self.model} makes effects up to {longest:g} s; {request.seconds:g} s are needed.",
                remedy="Ask for a shorter effect, or choose another engine.",
            )
        body = {"text": request.prompt, "duration_seconds": max(request.seconds, shortest), "model_id": self.model}
        answer = self._http.submit(PATH, json=body, params={"output_format": FORMAT}, seconds=PATIENCE)
        samples, remarks = fitted(decoded(answer.content, channels=2, paid=self.price(request)), seconds=request.seconds)
        return Delivered(files={"effect": Payload(wav_of(samples), "audio/wav")}, remarks=remarks)

    def find(self, sought: Sought) -> Receipt | None:
        """Never an answer: raises `OutcomeUnknown`."""
        del sought
        raise OutcomeUnknown(
            "ElevenLabs keeps no sound effect that could be found or fetched again.",
            remedy="Its usage page shows whether it was charged.",
        )
