"""May this film be published? Asked where publishing begins: it holds for the schedule, the CLI and the Dagster UI alike."""

from videofactory.domain.brief import Brief, TakenIn
from videofactory.domain.channel import Channel
from videofactory.domain.errors import CheckFailed, GateClosed
from videofactory.domain.review import FilmLightGiven, Light, film_light
from videofactory.studio.factory import Studio
from videofactory.studio.material import FinalCut, Master


def film_of(cut: FinalCut, channel: Channel) -> Master:
    """The file that is uploaded: the channel's first aspect, where the cut has it."""
    return next((master for master in cut.masters if master.aspect == channel.aspects[0]), cut.masters[0])


def light_of(studio: Studio, project: str, cut: FinalCut) -> FilmLightGiven | None:
    """The light given to exactly this cut."""
    return film_light(studio.ledger.reviews.log(project), film=cut.masters[0].film.sha256)


def is_approved(studio: Studio, project: str, cut: FinalCut) -> bool:
    """Green for exactly this cut; or no light yet, where the channel approves in advance."""
    return approves(light_of(studio, project, cut), channel=studio.channel_of(project))


def approves(light: FilmLightGiven | None, *, channel: Channel) -> bool:
    """Whether this light of a film, or that there is none, lets it out."""
    return channel.review.auto_publish if light is None else light.light is Light.GREEN


def has_rights(brief: Brief) -> bool:
    """Whether the brief says by whose leave the film may be shown."""
    return any(words.strip() for words in (brief.rights.images, brief.rights.music, brief.rights.likeness))


def require_publishable(studio: Studio, project: str, cut: FinalCut, taken: TakenIn) -> None:
    """Raises `GateClosed` for a film nobody approved or whose rights are empty, `CheckFailed` for one with findings."""
    channel = studio.channel_of(project)
    if studio.ledger.projects.get(project).cancelled_at is not None:
        raise GateClosed(f"{project} is cancelled; it is not published.")
    if channel.youtube is None:
        raise GateClosed(
            f"Channel {channel.key} has no YouTube channel.", remedy=f"Write 'youtube:' into {channel.key}.yaml, then publish."
        )
    if cut.findings:
        raise CheckFailed(f"The film of {project} is not published: {'; '.join(cut.findings)}", remedy="Mend it first.")
    if not is_approved(studio, project, cut):
        light = light_of(studio, project, cut)
        what = f"has a {light.light.value} light" if light else "has no light yet"
        remedy = f"Watch it, then: videofactory review {project} --film green"
        raise GateClosed(f"The film of {project} {what}; it is not published.", remedy=remedy)
    if not has_rights(taken.brief):
        raise GateClosed(
            f"The brief of {project} does not say what we may use and by whose leave; its film is not published.",
            remedy="Fill in rights (images, music, likeness) in the brief.",
        )
