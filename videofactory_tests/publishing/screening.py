"""Films ready to be published, in a small home whose YouTube is the twin and whose time the test moves."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from videofactory.domain.brief import Brief, Rights, TakenIn
from videofactory.domain.channel import Channel, ReviewSwitches, YouTubeSettings
from videofactory.domain.footage import Artifact, Aspect, Frame
from videofactory.domain.review import FilmLightGiven, Light, LightGiven
from videofactory.domain.script import Scene, Script, scene_id
from videofactory.domain.timeline import Caption, Shot, Timeline
from videofactory.ledger.keyring import Keyring
from videofactory.ledger.ledger import open_ledger
from videofactory.ledger.uploads import Upload
from videofactory.providers.account import Account
from videofactory.providers.youtube.client import YouTube
from videofactory.providers.youtube.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, AccessToken
from videofactory.settings import load_settings
from videofactory.studio import publishing
from videofactory.studio.factory import Studio, open_studio
from videofactory.studio.material import CutPlan, FinalCut, Master, Previews, Published, ScriptVersion
from videofactory_tests.clock import Clock
from videofactory_tests.core import ROUTE

THURSDAY = datetime(2026, 11, 19, 12, tzinfo=UTC)
SLOTS = YouTubeSettings(
    google_project="main", slots=("0 17 * * *",), time_zone="Europe/Berlin", privacy="public", playlist="PLharbour"
)
BYTES = bytes(range(256)) * 1024
RIGHTS = Rights(images="own")


def channel(key: str = "harbour", *, auto_publish: bool = False, youtube: YouTubeSettings | None = SLOTS) -> Channel:
    """A channel that publishes daily at five."""
    switches = ReviewSwitches(auto_publish=auto_publish)
    return Channel(key=key, name=key.capitalize(), language="en", review=switches, youtube=youtube)


def screening(home: Path, *channels: Channel, clock: Clock | None = None) -> Studio:
    """A studio with these channels and this clock."""
    studio = open_studio(load_settings({}, home=home, env_file=home / "none"))
    time = clock or Clock(THURSDAY)
    ledger = open_ledger(studio.settings.ledger_url, clock=time, keyring=Keyring(file=studio.settings.secret_file))
    return dataclasses.replace(studio, ledger=ledger, given_channels={one.key: one for one in channels or (channel(),)})


def scene(number: int, words: str) -> Scene:
    """Fifteen seconds."""
    return Scene(id=scene_id(number), narration=words, prompt="a cup", seconds=15, route=ROUTE)


SCRIPT = Script(
    title="The first cup",
    description="Coffee at six.",
    tags=("coffee", "harbour life"),
    scenes=(scene(1, "We open at six."), scene(2, "Warm cups, warm hands."), scene(3, "Come in.")),
)


def finished(
    studio: Studio,
    *,
    name: str = "first-cup",
    channel: str = "harbour",
    light: Light | None = Light.GREEN,
    rights: Rights = RIGHTS,
    aspects: tuple[Aspect, ...] = ("16:9",),
    findings: tuple[str, ...] = (),
    content: bytes = BYTES,
) -> str:
    """A project whose film is made, and has this light; its key."""
    row = studio.ledger.projects.take_in(
        channel=channel, title="The first cup", source_kind="file", source_id=f"{name}.yaml", brief="{}"
    )
    project, store = row.key, studio.artifacts
    picture = store.put(b"\xff\xd8\xff picture", media_type="image/jpeg")
    brief = Brief(channel=channel, title="The first cup", text="We open at six.", images=("cup.png",), rights=rights)
    taken = TakenIn(project=project, brief=brief, images=(picture,), language="en", style="plain", aspects=aspects)
    written = tuple(one.id for one in SCRIPT.scenes)
    version = ScriptVersion(script=SCRIPT, written=written, takes=dict.fromkeys(written, 1), engine="embedded")
    film = store.put(content + name.encode(), media_type="video/mp4")
    plans = {aspect: timeline(project, picture, aspect) for aspect in aspects}
    masters = tuple(
        Master(
            aspect=aspect,
            film=film if aspect == aspects[0] else store.put(aspect.encode() + content, media_type="video/mp4"),
            seconds=45,
            findings=findings,
            measures={},
        )
        for aspect in aspects
    )
    captions = store.put(b"1\n00:00:00,000 --> 00:00:02,000\nWe open at six.\n", media_type="application/x-subrip")
    cut = FinalCut(masters=masters, srt=captions, vtt=captions, thumbnail=picture, sheet=picture, entries=0)
    values = {"brief": taken, "script": version, "scene_previews": Previews(scenes={}, entries=0)}
    values |= {"timeline": CutPlan(timelines=plans, otio=captions, entries=0), "final_cut": cut}
    for stage, value in values.items():
        studio.values.write(stage, project, value)
    for stage in ("script", "scene_previews", "narration", "final_cut"):
        studio.ledger.runs.reached(project, stage, outcome="done", entries=0)
    greens = [LightGiven(scene=one, take=1, light=Light.GREEN) for one in written]
    studio.ledger.reviews.add(project, greens, reviewer="ada", based_on=0)
    if light is not None:
        approve(studio, project, light)
    return project


def approve(studio: Studio, project: str, light: Light) -> None:
    """Give the film this light."""
    entry = FilmLightGiven(film=film(studio, project).cut.masters[0].film.sha256, light=light, feedback="so")
    studio.ledger.reviews.add(project, [entry], reviewer="ada", based_on=len(studio.ledger.reviews.log(project)))


def timeline(project: str, clip: Artifact, aspect: Aspect) -> Timeline:
    """Three shots of fifteen seconds, and a caption."""
    frame = Frame.of(aspect, short_side=180, fps=10)
    shots = [Shot(scene=scene_id(n), clip=clip, clip_frames=150, start=150 * (n - 1), frames=150) for n in (1, 2, 3)]
    caption = Caption(start=0, end=2, lines=("We open at six.",))
    return Timeline(project=project, title="The first cup", frame=frame, shots=tuple(shots), captions=(caption,))


def film(studio: Studio, project: str) -> publishing.Film:
    """All that the publication is made of."""
    taken, version = studio.values.read("brief", project, TakenIn), studio.values.read("script", project, ScriptVersion)
    plan, cut = studio.values.read("timeline", project, CutPlan), studio.values.read("final_cut", project, FinalCut)
    assert taken
    assert version
    assert plan
    assert cut
    return publishing.Film(project=project, taken=taken, version=version, plan=plan, cut=cut)


def upload(studio: Studio, project: str) -> Upload:
    """The one upload of the project."""
    [one] = studio.ledger.uploads.all(project=project)
    return one


@dataclass
class Line:
    """The way to the twin's YouTube; `waits`: what was waited for, in seconds."""

    url: str
    transport: httpx.BaseTransport
    waits: list[float] = field(default_factory=list)

    def youtube(self, studio: Studio, of: Channel) -> YouTube:
        """The channel's client."""
        del studio
        keys = {CLIENT_ID: f"twin-{CLIENT_ID}", CLIENT_SECRET: f"twin-{CLIENT_SECRET}", REFRESH_TOKEN: f"1//twin-{of.key}"}
        bases = {"youtube": f"{self.url}/youtube", "google_oauth": f"{self.url}/google_oauth"}
        bases["google_accounts"] = bases["google_oauth"]
        account = Account("youtube", bases=bases, keys=keys, transport=self.transport, sleep=self.waits.append)
        token = AccessToken(account, channel=of.key)
        return YouTube(account, access_token=token, forget=token.forget, channel=of.key)

    def publish(self, studio: Studio, project: str, *, sleep: Callable[[float], None] | None = None) -> Published:
        """Publish the project's film without dawdling."""
        return publishing.make(studio, film(studio, project), youtube=self.youtube, sleep=sleep or self.waits.append)
