"""Who can be cast in which role for a channel: the embedded engines, and every model of the registry whose keys are there.

Keys come from the environment, or from the ledger for one channel alone, which then beats the environment. An engine is built
when it is first asked for: a channel with embedded engines imports no adapter. In deterministic mode there is nobody but the
embedded.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any, Generic, TypeVar

from videofactory.domain.errors import EngineRejected
from videofactory.ledger.call import Call
from videofactory.providers.account import Account
from videofactory.providers.cast import Cast, embedded_cast
from videofactory.providers.registry import Model, Registry, registry
from videofactory.providers.roles import Engine, Role
from videofactory.settings import Settings

EngineT = TypeVar("EngineT")
Keys = Callable[[str], Mapping[str, str]]
"""The keys a channel has of its own, by name."""


class Roster(Mapping[str, EngineT], Generic[EngineT]):
    """Engines of one role by name, built when first asked for. Only those that may be used now are listed.

    Asking for one that has ended raises `EngineRejected` with the name of its successor, before any money moves.
    """

    def __init__(
        self, embedded: Mapping[str, EngineT], models: Mapping[str, Model], *, build: Callable[[Model], Any], today: date
    ) -> None:
        self._built: dict[str, EngineT] = dict(embedded)
        self._models = models
        self._build = build
        self._today = today

    def __getitem__(self, name: str) -> EngineT:
        """The engine of this name. Raises `KeyError` when it is not configured."""
        if name not in self._built:
            model = self._models[name]
            model.require_served(self._today)
            self._built[name] = self._build(model)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        """The names of those that may be used now."""
        served = (name for name, model in self._models.items() if name not in self._built and not model.retired(self._today))
        return iter([*self._built, *served])

    def __len__(self) -> int:
        """How many there are."""
        return len(list(iter(self)))

    def __contains__(self, name: object) -> bool:
        """Whether this one may be used now."""
        return name in list(iter(self))


@dataclass
class Casting:
    """Casts for channels, and the accounts they are built with. One a studio; engines are kept, so that their lines are."""

    settings: Settings
    own_keys: Keys = lambda _: {}
    catalogue: Registry = field(default_factory=registry)
    today: Callable[[], date] = date.today
    _casts: dict[tuple[tuple[str, str], ...], Cast] = field(default_factory=dict)

    def cast(self, channel: str) -> Cast:
        """Everybody who can work for this channel now."""
        keys = self.keys(channel)
        known = tuple(sorted(keys.items()))
        if known not in self._casts:
            self._casts[known] = self._assembled(keys)
        return self._casts[known]

    def keys(self, channel: str) -> dict[str, str]:
        """The keys this channel works with: the environment's, and over them its own."""
        if self.settings.deterministic:
            return {}
        return {**self.settings.keys, **self.own_keys(channel)}

    def configured(self, model: Model, keys: Mapping[str, str]) -> bool:
        """Whether the keys that open this model are all there."""
        return any(all(keys.get(name) for name in names) for names in self._key_sets(model))

    def account(self, model: Model, keys: Mapping[str, str]) -> Account:
        """The model's provider as the owner of these keys uses it; only with the keys it needs, which name the account."""
        provider = self.catalogue.providers[model.provider]
        bases = {name: self.settings.base_urls.get(name, url) for name, url in provider.bases.items()}
        wanted = next(names for names in self._key_sets(model) if all(keys.get(name) for name in names))
        mine = {name: keys[name] for name in wanted}
        return Account(provider.id, bases=bases, keys=mine, callback=self.settings.callback_url)

    def build(self, model: Model, keys: Mapping[str, str]) -> Engine[Any]:
        """The engine of a model. Raises `EngineRejected` when its adapter cannot be built with these keys."""
        module, _, name = model.adapter.partition(":")
        adapter = getattr(import_module(module), name)
        return adapter(model, account=self.account(model, keys))  # type: ignore[no-any-return]

    def sent_to(self, call: Call) -> Engine[Any] | None:
        """The engine this call was sent to, with exactly the address and keys of then; `None` when they are gone."""
        if not call.identity:  # a person vouched for the service that is asked now
            return self._by_model(call)
        for keys in (self.keys(call.channel), self.settings.keys):
            for model in self.catalogue.models:
                if (model.engine, model.role) == (call.engine, call.role) and self.configured(model, keys):
                    candidate = self.build(model, keys)
                    if candidate.identity == call.identity:
                        return candidate
        return None

    def _by_model(self, call: Call) -> Engine[Any] | None:
        keys = self.keys(call.channel)
        for model in self.catalogue.models:
            if (model.engine, model.role) == (call.engine, call.role) and call.model.partition("+")[0] == model.id:
                return self.build(model, keys) if self.configured(model, keys) else None
        return None

    def _key_sets(self, model: Model) -> tuple[tuple[str, ...], ...]:
        return (model.keys,) if model.keys else self.catalogue.providers[model.provider].keys

    def _assembled(self, keys: Mapping[str, str]) -> Cast:
        plain = embedded_cast()
        return Cast(
            analysts=self._roster("analyst", plain.analysts, keys),
            directors=self._roster("director", plain.directors, keys),
            stills=self._roster("stills", plain.stills, keys),
            video=self._roster("video", plain.video, keys),
            voices=self._roster("voice", plain.voices, keys),
            effects=self._roster("effects", plain.effects, keys),
            music=self._roster("music", plain.music, keys),
        )

    def _roster(self, role: Role, embedded: Mapping[str, EngineT], keys: Mapping[str, str]) -> "Roster[EngineT]":
        if self.settings.deterministic:
            return Roster(embedded, {}, build=self._refuse, today=self.today())
        mine = [model for model in self.catalogue.of_role(role) if self.configured(model, keys)]
        models = {model.id: model for model in mine}
        models |= {model.engine: model for model in reversed(mine) if model.default}
        models |= {f"{model.engine}/{model.purpose}": model for model in mine if model.purpose}
        return Roster(embedded, models, build=lambda model: self.build(model, keys), today=self.today())

    @staticmethod
    def _refuse(model: Model) -> Engine[Any]:
        raise EngineRejected(f"{model.id} is not used in deterministic mode.")
