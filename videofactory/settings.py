"""The machine's settings: the environment and `.env`, read once, checked whole. No other module reads the environment.

What belongs to one YouTube channel stands in its file, see `studio.channels`.
"""

import base64
import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import Field

from videofactory.domain.errors import InvalidInput, Problem
from videofactory.domain.money import ZERO, Usd, usd
from videofactory.domain.value import Value
from videofactory.env_file import HIDDEN, read_env_file

PREFIX = "VIDEOFACTORY_"
ENV_FILE = Path(".env")
PROVIDERS = (
    "NOTION", "GEMINI", "VERTEX", "DEEPSEEK", "ANTHROPIC", "FAL", "FAL_REST", "FAL_API", "KLING", "KIE", "KIE_UPLOAD", "LUMA",
    "LUMA_DREAM_MACHINE", "OPENAI", "ELEVENLABS", "YOUTUBE", "GOOGLE_OAUTH",
)  # fmt: skip
"""Whose base URL can be set as `VIDEOFACTORY_<PROVIDER>_BASE_URL` (SPEC 11)."""
KEYS = (
    "GEMINI_API_KEY", "FAL_KEY", "ELEVENLABS_API_KEY", "ANTHROPIC_API_KEY", "DEEPSEEK_API_KEY", "KLING_API_KEY",
    "KLING_ACCESS_KEY", "KLING_SECRET_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "KIE_API_KEY", "LUMA_API_KEY", "OPENAI_API_KEY",
    "NOTION_TOKEN", "GOOGLE_OAUTH_CLIENT_ID", "GOOGLE_OAUTH_CLIENT_SECRET",
)  # fmt: skip
"""The providers' keys, by the names their users know."""
SHORT_SIDE = range(180, 2161, 2)
"""Pixels of the shorter side: from the tests' small films to 4K; odd numbers do not go with 4:2:0 colour."""
FPS = range(10, 61)
WORKERS = range(1, 65)
PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower")
"""x264's, but for the slowest, which gain nothing one could see."""
PORTS = range(1, 65536)
CACHE_GB = range(1, 10_001)
FERNET_BYTES = 32
"""A Fernet key is so many random bytes, in URL-safe base64."""
_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
_LEDGERS = ("sqlite", "postgresql")
_NO_HOSTS: tuple[str, ...] = ()
_NO_KEYS: tuple[str, ...] = ()
_UNSET = Path()
DAGSTER_FOLDER = "dagster"
"""Dagster's folder below the home."""
T = TypeVar("T")


class Settings(Value):
    """What this machine is told, checked. Folders are absolute; `base_urls` has only those set, by provider in lower case.

    `short_side` in pixels (film height in 16:9), `fps` in frames per second, `scene_workers` how many scenes are made at once,
    `preset` x264's for the film (slower ones make smaller files), `trusted_hosts` are `host:port` pairs that may be fetched
    from although private, `keys` the providers' keys that are set (none in deterministic mode), `secret_keys` the master keys
    for the keys of channels, newest first,
    `callback_url` the public address engines may report to, `engine_day_usd` the most any one engine may cost in a day (UTC),
    `store_url` the bucket artifacts and values are kept in (empty: the folder `store`), `cache_gb` how much of it is copied here.
    """

    home: Path
    dagster_home: Path
    ledger_url: str = Field(repr=False)
    deterministic: bool = False
    trusted_hosts: tuple[str, ...] = ()
    base_urls: dict[str, str] = Field(default_factory=dict)
    short_side: int = 1080
    fps: int = 30
    scene_workers: int = 1
    preset: str = "veryfast"
    keys: dict[str, str] = Field(default_factory=dict, repr=False)
    secret_keys: tuple[str, ...] = Field(default=(), repr=False)
    callback_url: str = ""
    engine_day_usd: Usd = usd(200)
    store_url: str = ""
    s3_endpoint_url: str = ""
    cache_gb: int = 20

    @property
    def secret_file(self) -> Path:
        """Where a master key lies that the environment does not tell."""
        return self.home / "secret.key"

    @property
    def channels_dir(self) -> Path:
        """Where channel files lie."""
        return self.home / "channels"

    @property
    def inbox(self) -> Path:
        """Where briefs are dropped."""
        return self.home / "inbox"

    @property
    def store(self) -> Path:
        """Where artifacts and values are kept."""
        return self.home / "store"

    @property
    def films(self) -> Path:
        """Where finished films lie under names for people."""
        return self.home / "films"


def load_settings(environ: Mapping[str, str] | None = None, *, home: Path | None = None, env_file: Path = ENV_FILE) -> Settings:
    """Read the settings from `environ` (the process's own by default) and, below it, from `env_file` where there is one.

    `home` beats `VIDEOFACTORY_HOME`; without either, a `DAGSTER_HOME` that ends in `/dagster` tells the home above it, so that
    Dagster's own commands find the factory from any working folder. A variable set to nothing counts as not set. Raises
    `InvalidInput` with every problem.
    """
    reading = _Reading.of(os.environ if environ is None else environ, env_file=env_file)
    dagster_home = reading.take("DAGSTER_HOME", _absolute_folder, _UNSET, prefix="")
    told = reading.take("HOME", _folder, _home_of(dagster_home))
    place = home.expanduser().absolute() if home else told
    deterministic = reading.take("DETERMINISTIC", _switch, default=False)
    keys = {name: key for name in KEYS if (key := reading.take(name, str, "", prefix="", secret=True))}
    settings = Settings(
        home=place,
        dagster_home=place / DAGSTER_FOLDER if dagster_home == _UNSET else dagster_home,
        ledger_url=reading.take("LEDGER_URL", _ledger_url, f"sqlite:///{place / 'ledger.db'}", secret=True),
        deterministic=deterministic,
        trusted_hosts=reading.take("TRUSTED_HOSTS", _hosts, _NO_HOSTS),
        base_urls={
            name.lower(): url for name in PROVIDERS if (url := reading.take(f"{name}_BASE_URL", _base_url, "", secret=True))
        },
        short_side=reading.take("SHORT_SIDE", _within(SHORT_SIDE, what="an even number"), 1080),
        fps=reading.take("FPS", _within(FPS), 30),
        scene_workers=reading.take("SCENE_WORKERS", _within(WORKERS), _cores()),
        preset=reading.take("PRESET", _preset, "veryfast"),
        keys={} if deterministic else keys,
        secret_keys=reading.take("SECRET_KEY", _fernet_keys, _NO_KEYS, secret=True),
        callback_url=reading.take("CALLBACK_URL", _base_url, ""),
        engine_day_usd=reading.take("ENGINE_DAY_USD", _money, usd(200)),
        store_url=reading.take("STORE_URL", _store_url, ""),
        s3_endpoint_url=reading.take("S3_ENDPOINT_URL", _base_url, ""),
        cache_gb=reading.take("CACHE_GB", _within(CACHE_GB), 20),
    )
    reading.finish()
    return settings


def addresses(names: Iterable[str], environ: Mapping[str, str] | None = None, *, env_file: Path = ENV_FILE) -> dict[str, str]:
    """The values of those of these variables that are set: addresses of webhooks, whose variables channel files name. Secrets."""
    reading = _Reading.of(os.environ if environ is None else environ, env_file=env_file)
    return {name: value for name in names if (value := reading.take(name, str, "", prefix="", secret=True))}


def _home_of(dagster_home: Path) -> Path:
    """The home a `DAGSTER_HOME` belongs to, or `./factory`."""
    return dagster_home.parent if dagster_home.name == DAGSTER_FOLDER else Path("factory").absolute()


@dataclass
class _Reading:
    """One pass over the variables, gathering problems as it goes."""

    real: Mapping[str, str]
    written: Mapping[str, str]
    problems: list[Problem]
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, real: Mapping[str, str], *, env_file: Path) -> "_Reading":
        written, problems = read_env_file(env_file)
        return cls(real=real, written=written, problems=problems)

    def take(self, name: str, read: Callable[[str], T], default: T, *, prefix: str = PREFIX, secret: bool = False) -> T:
        """The variable's value as `read` understands it; `read` says by `ValueError` how to mend it."""
        variable = prefix + name
        self.asked.append(variable)
        text = (self.real.get(variable) or self.written.get(variable) or "").strip()
        if not text:
            return default
        try:
            return read(text)
        except ValueError as error:
            self.report(variable, value=HIDDEN if secret else repr(text), remedy=str(error))
            return default

    def report(self, variable: str, *, value: str, remedy: str) -> None:
        """Note a problem under the place the variable was set in."""
        file = "environment" if self.real.get(variable) else ENV_FILE.name
        self.problems.append(Problem(file=file, field=variable, value=value, remedy=remedy))

    def finish(self) -> None:
        """Report names that nobody asked for, and raise if there is any problem."""
        for variable in sorted({*self.real, *self.written}):
            if variable.startswith(PREFIX) and variable not in self.asked:
                near = difflib.get_close_matches(variable, self.asked, n=1)
                hint = f"did you mean {near[0]}?" if near else "remove it"
                self.report(variable, value=HIDDEN, remedy=f"there is no such setting; {hint}")
        if self.problems:
            raise InvalidInput(self.problems)


def _cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, WORKERS[-1])


def _folder(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise ValueError("this is a file; name a folder")
    return path


def _absolute_folder(text: str) -> Path:
    if not Path(text).expanduser().is_absolute():
        raise ValueError("Dagster wants the whole path; begin it with /")
    return _folder(text)


def _switch(text: str) -> bool:
    if text.lower() not in (*_TRUE, *_FALSE):
        raise ValueError("write 1 (on) or 0 (off)")
    return text.lower() in _TRUE


def _within(allowed: range, *, what: str = "a whole number") -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or int(text[:9]) not in allowed:
            raise ValueError(f"write {what} from {allowed[0]} to {allowed[-1]}")
        return int(text)

    return read


def _preset(text: str) -> str:
    if text not in PRESETS:
        raise ValueError(f"write one of {', '.join(PRESETS)}")
    return text


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    for host in hosts:
        name, _, port = host.rpartition(":")
        if not name or not port.isdigit() or int(port[:9]) not in PORTS or any(mark in host for mark in "/@ "):
            raise ValueError(f"{host!r} is no host:port; write for example media.example.org:443, with commas between")
    return hosts


def _fernet_keys(text: str) -> tuple[str, ...]:
    keys = tuple(part.strip() for part in text.split(",") if part.strip())
    for key in keys:
        try:
            size = len(base64.b64decode(key, altchars=b"-_", validate=True))
        except ValueError:
            size = 0
        if size != FERNET_BYTES:
            raise ValueError("write Fernet keys (32 random bytes in URL-safe base64), newest first, with commas between")
    return keys


def _money(text: str) -> Decimal:
    try:
        amount = usd(text)
    except ValueError:
        amount = usd(-1)
    if amount < ZERO:
        raise ValueError("write an amount in US dollars, such as 200 or 12.50")
    return amount


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("write a whole address such as https://api.example.org")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("write the address alone, without a name, password, query or fragment; keys have their own variables")
    return text.rstrip("/")


def _ledger_url(text: str) -> str:
    scheme, mark, _ = text.partition("://")
    if not mark or scheme.split("+")[0] not in _LEDGERS:
        raise ValueError("write a database address: sqlite:////folder/ledger.db or postgresql://user:password@host/name")
    return text


def _store_url(text: str) -> str:
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.-]+)*/?", text, re.ASCII):
        raise ValueError("write a bucket, and a folder in it if you like: s3://my-bucket/factory; without it, a folder is used")
    return text.rstrip("/")
