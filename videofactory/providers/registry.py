"""The models that can be bought, as data: what each costs, makes and can do, its limits, when it ends and what follows it.

One TOML file per provider in `data/engines/`. A model names its adapter as `module:Class`; the class is imported when it is used.
Which of them a channel may use is `studio.casting`; no figure of a vendor stands in code.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_UP, Decimal
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import Field

from videofactory.domain.errors import EngineRejected
from videofactory.domain.money import MILLIONTH, Usd, usd
from videofactory.domain.value import Value
from videofactory.providers.roles import Role

Capability = Literal[
    "first_frame", "last_frame", "references", "seed", "native_audio", "client_id", "negative_prompt", "strength"
]
Unit = Literal["second", "call", "megapixel", "thousand_characters", "million_input_tokens", "million_output_tokens", "minute"]


class Price(Value):
    """What one unit costs. Empty conditions fit every request; `above` asks for more input tokens. The first that fits counts."""

    per: Unit
    usd: Usd
    size: str = ""
    audio: bool | None = None
    seconds: float | None = None
    above: int = 0

    def fits(self, *, size: str, audio: bool | None, seconds: float | None, tokens: int = 0) -> bool:
        """Whether this row is meant for such a request."""
        return (
            self.size in {"", size}
            and (self.audio is None or self.audio is bool(audio))
            and (self.seconds is None or self.seconds == seconds)
            and (not self.above or tokens > self.above)
        )


class Rate(Value):
    """At most `calls` requests within any `seconds` (a sliding window, shared by all processes)."""

    calls: Annotated[int, Field(ge=1)]
    seconds: Annotated[float, Field(gt=0)]


class Model(Value):
    """One model of one provider in one role.

    `engine` is the name channels use (a channel may also name the model's `id` itself), `family` the one routing speaks of.
    `lengths` are the seconds a video model sells, in rising order; `sizes` its resolutions by name, rising; `rates` its frames
    per second; `aspects` its picture formats. `resend`: cheap and synchronous, so it is sent again after a lost answer, with both
    booked. `purpose`: what an engine uses this model for in place of its default one (`style_reference`). `keys` are the names of
    the keys this model needs, where its provider knows several sets (empty: any set will do).
    """

    id: str
    provider: str
    engine: str
    role: Role
    adapter: str
    family: str = ""
    default: bool = False
    purpose: str = ""
    resend: bool = False
    prices: tuple[Price, ...]
    prices_read: date
    prices_source: str
    lengths: tuple[float, ...] = ()
    sizes: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    rates: tuple[float, ...] = ()
    can: frozenset[Capability] = frozenset()
    keys: tuple[str, ...] = ()
    concurrent: int | None = None
    rate: Rate | None = None
    sunset: date | None = None
    successor: str = ""
    note: str = ""

    def retired(self, today: date) -> bool:
        """Whether the model is no longer served on this day."""
        return self.sunset is not None and today >= self.sunset

    def require_served(self, today: date) -> None:
        """Raise `EngineRejected`, naming the successor, when the model has ended: before any money moves."""
        if self.retired(today):
            follows = f"Use {self.successor} instead." if self.successor else "It has no successor."
            raise EngineRejected(f"{self.engine}'s model {self.id} ended on {self.sunset}.", remedy=follows)

    def cost(
        self,
        units: Decimal | float,
        *,
        per: Unit,
        size: str = "",
        audio: bool | None = None,
        seconds: float | None = None,
        tokens: int = 0,
    ) -> Decimal:
        """The price of so many units in US dollars, rounded up to a millionth. Raises `EngineRejected` for an unknown price."""
        for price in self.prices:
            if price.per == per and price.fits(size=size, audio=audio, seconds=seconds, tokens=tokens):
                return (Decimal(str(units)) * price.usd).quantize(MILLIONTH, rounding=ROUND_UP)
        asked = ", ".join(word for word in (size, "with sound" if audio else "", f"{seconds:g} s" if seconds else "") if word)
        raise EngineRejected(
            f"The registry has no price of {self.id} per {per.replace('_', ' ')}{f' ({asked})' if asked else ''}.",
            remedy=f"Add it to data/engines/{self.provider}.toml; nothing is bought at an unknown price.",
        )

    def tokens(self, *, sent: int, made: int) -> Decimal:
        """The price of a text request in US dollars, by its input and output tokens."""
        million = Decimal(1_000_000)
        return usd(
            self.cost(Decimal(sent) / million, per="million_input_tokens", tokens=sent)
            + self.cost(Decimal(made) / million, per="million_output_tokens", tokens=sent)
        )

    def size_for(self, short_side: int) -> str:
        """The smallest size sold that is not below `short_side` pixels, else the largest."""
        return next((size for size in self.sizes if lines(size) >= short_side), self.sizes[-1])

    def length_for(self, seconds: float) -> float:
        """The shortest length sold that is not shorter than `seconds`. Raises `EngineRejected` when none is."""
        for length in self.lengths:
            if length >= seconds:
                return length
        raise EngineRejected(
            f"{self.id} sells clips up to {max(self.lengths):g} s; {seconds:g} s are needed.",
            remedy="Shorten the scene's narration, split the scene, or choose another engine.",
        )


class Provider(Value):
    """A service that sells models: its base addresses by name, the sets of keys that open it, its documentation."""

    id: str
    name: str
    bases: dict[str, str]
    keys: tuple[tuple[str, ...], ...]
    note: str = ""


class Registry(Value):
    """Everything that can be bought."""

    providers: dict[str, Provider]
    models: tuple[Model, ...]

    def of_role(self, role: Role) -> tuple[Model, ...]:
        """All models of a role, in the order of the files."""
        return tuple(model for model in self.models if model.role == role)

    def find(self, role: Role, name: str) -> Model | None:
        """The model a channel means by this name: an engine's default model, or a model's own id."""
        for model in self.of_role(role):
            if model.id == name or (model.engine == name and model.default):
                return model
        return None

    def provider_of(self, engine: str) -> Provider:
        """Who sells under this engine's name. Raises `KeyError`."""
        return self.providers[next(model.provider for model in self.models if engine in {model.engine, model.id})]


def lines(size: str) -> int:
    """The shorter side in pixels of a size: `720p`, `4k` or `1280x720`."""
    if size.lower() == "4k":
        return 2160
    if "x" in size:
        return min(int(side) for side in size.split("x"))
    return int(size.removesuffix("p"))


@cache
def registry() -> Registry:
    """The registry of this build, read once."""
    folder = resources.files("videofactory").joinpath("data", "engines")
    return parsed(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir(), key=lambda path: path.name))


def parsed(texts: Iterable[str]) -> Registry:
    """A registry from the texts of TOML files."""
    providers: dict[str, Provider] = {}
    models: list[Model] = []
    for text in texts:
        data = tomllib.loads(text)
        provider = Provider.model_validate(data["provider"])
        providers[provider.id] = provider
        models += [Model.model_validate({"provider": provider.id, **model}) for model in data["model"]]
    return Registry(providers=providers, models=tuple(models))
