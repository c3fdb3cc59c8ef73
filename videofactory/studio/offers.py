"""What can be bought here: every engine of the build, whether its keys are there, whether it is retired or resting, how dear.

A list for people and programs. Who is really asked is decided by `studio.casting`, `studio.routing` and `studio.fallback`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, get_args

from videofactory.domain.channel import EMBEDDED, Channel
from videofactory.domain.errors import EngineRejected
from videofactory.domain.money import ZERO
from videofactory.domain.value import Value
from videofactory.ledger.breakers import Breaker
from videofactory.providers.cast import embedded_cast
from videofactory.providers.registry import Model, Price
from videofactory.providers.roles import Role
from videofactory.studio.budgets import require_plan
from videofactory.studio.factory import Studio

UNITS: dict[str, str] = {
    "second": "second",
    "minute": "minute",
    "call": "call",
    "megapixel": "megapixel",
    "thousand_characters": "1000 characters",
}
TOKENS = ("million_input_tokens", "million_output_tokens")
NO_PRICE = "unknown"


class Offer(Value):
    """One model in one role.

    `missing` are the sets of keys, any of which opens it, without those that are there; `amount` is the price of one `unit` in
    words, `per_second_usd` what a second of film costs at this machine's size, without a sound of its own; `breaker_wait` in
    seconds until a trial; `plan_allows` is `None` when no channel was named.
    """

    role: Role
    engine: str
    model: str
    default: bool = False
    configured: bool
    missing: tuple[tuple[str, ...], ...] = ()
    retired: bool = False
    sunset: date | None = None
    successor: str = ""
    breaker: str = "closed"
    breaker_wait: float = 0.0
    amount: str
    unit: str = ""
    per_second_usd: Decimal | None = None
    prices: tuple[Price, ...] = ()
    prices_read: date | None = None
    plan_allows: bool | None = None
    note: str = ""

    @property
    def usable(self) -> bool:
        """Whether a call to it would be sent now."""
        return self.configured and not self.retired and self.breaker != "open" and self.plan_allows is not False and self.priced

    @property
    def priced(self) -> bool:
        """Whether its price is known."""
        return self.engine == EMBEDDED or bool(self.prices)

    def told(self) -> dict[str, Any]:
        """As `--json` prints it."""
        plain = self.model_dump(mode="json", exclude={"prices", "per_second_usd"})
        second = None if self.per_second_usd is None else float(self.per_second_usd)
        prices = [{**price.model_dump(mode="json", exclude_defaults=True), "usd": float(price.usd)} for price in self.prices]
        return {**plain, "usable": self.usable, "per_second_usd": second, "prices": prices}


def offers(studio: Studio, *, channel: Channel | None = None) -> list[Offer]:
    """Every model of the build, role by role, the embedded engines first; for this channel's keys and plan if one is named."""
    breakers = {breaker.engine: breaker for breaker in studio.ledger.breakers.all()}
    keys = studio.casting.keys(channel.key if channel else "")
    found = []
    for role in get_args(Role):
        found += list(_embedded(role))
        models = sorted(studio.casting.catalogue.of_role(role), key=lambda model: model.retired(studio.casting.today()))
        found += [_offer(studio, model, keys=keys, breaker=breakers.get(model.engine), channel=channel) for model in models]
    return found


def _embedded(role: Role) -> Iterator[Offer]:
    cast = embedded_cast()
    by_role: dict[str, Mapping[str, Any]] = {
        "analyst": cast.analysts,
        "director": cast.directors,
        "stills": cast.stills,
        "video": cast.video,
        "voice": cast.voices,
        "effects": cast.effects,
        "music": cast.music,
    }
    for engine in by_role[role].values():
        second = ZERO if role == "video" else None
        yield Offer(
            role=role,
            engine=engine.id,
            model=engine.model,
            default=True,
            configured=True,
            amount="nothing",
            per_second_usd=second,
        )


def _offer(studio: Studio, model: Model, *, keys: Mapping[str, str], breaker: Breaker | None, channel: Channel | None) -> Offer:
    casting = studio.casting
    sets = (model.keys,) if model.keys else casting.catalogue.providers[model.provider].keys
    configured = casting.configured(model, keys)
    amount, unit = _in_words(model, short_side=studio.settings.short_side)
    second = _per_second(model, short_side=studio.settings.short_side) if model.role == "video" else None
    return Offer(
        role=model.role,
        engine=model.engine,
        model=model.id,
        default=model is _meant(studio, model, keys=keys),
        configured=configured,
        missing=() if configured else tuple(tuple(name for name in names if not keys.get(name)) for names in sets),
        retired=model.retired(casting.today()),
        sunset=model.sunset,
        successor=model.successor,
        breaker=breaker.state if breaker else "closed",
        breaker_wait=breaker.wait if breaker else 0.0,
        amount=amount,
        unit=unit,
        per_second_usd=second,
        prices=model.prices,
        prices_read=model.prices_read if model.prices else None,
        plan_allows=_allowed(channel, model.engine) if channel else None,
        note=model.note,
    )


def _meant(studio: Studio, model: Model, *, keys: Mapping[str, str]) -> Model | None:
    """The model a channel gets that names this model's engine alone: the first default whose keys are there, else the first."""
    same = [one for one in studio.casting.catalogue.of_role(model.role) if one.engine == model.engine and one.default]
    return next((one for one in same if studio.casting.configured(one, keys)), same[0] if same else None)


def _allowed(channel: Channel, engine: str) -> bool:
    try:
        require_plan(channel, engine)
    except EngineRejected:
        return False
    return True


def _per_second(model: Model, *, short_side: int) -> Decimal | None:
    """A second of film at the size this machine makes, silent; `None` when that has no price."""
    size = model.size_for(short_side) if model.sizes else ""
    try:
        return model.cost(1, per="second", size=size, audio=False)
    except EngineRejected:
        pass
    for length in model.lengths:
        try:
            return model.cost(1, per="call", size=size, audio=False, seconds=length) / Decimal(str(length))
        except EngineRejected:
            continue
    return None


def _in_words(model: Model, *, short_side: int) -> tuple[str, str]:
    """What one unit costs, and the unit: of video a second at this machine's size, of text a million tokens."""
    second = _per_second(model, short_side=short_side) if model.role == "video" else None
    if second is not None:
        size = f" ({model.size_for(short_side)})" if model.sizes else ""
        return f"{_amount(second)}{size}", UNITS["second"]
    tokens: dict[str, Decimal] = {price.per: price.usd for price in model.prices if price.per in TOKENS and not price.above}
    if tokens:
        sent, made = (tokens.get(name, ZERO) for name in TOKENS)
        return f"{_amount(sent)} in, {_amount(made)} out", "million tokens"
    cheapest = min(model.prices, key=lambda price: price.usd, default=None)
    return (NO_PRICE, "") if cheapest is None else (_amount(cheapest.usd), UNITS[cheapest.per])


def _amount(amount: Decimal) -> str:
    """At least two decimals, and as many as it has."""
    text = f"{amount.normalize():f}"
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest:0<2}"
