"""Station `brief`: the request as taken in, its pictures in the store, its open choices settled from the channel."""

from videofactory.domain.brief import CharacterTakenIn, TakenIn
from videofactory.domain.footage import Artifact
from videofactory.studio.factory import Studio
from videofactory.studio.intake.images import pull_images
from videofactory.studio.take_in import Request, pictures_of


def make(studio: Studio, project: str) -> TakenIn:
    """The project's brief with all pictures in the store. Raises `InvalidInput` for pictures by URL that cannot be had."""
    row = studio.ledger.projects.get(project)
    request = Request.model_validate_json(row.brief)
    channel = studio.channel(row.channel)
    brief = request.brief
    pictures = dict(request.local)
    pictures.update(_fetched(studio, request))
    characters = tuple(
        CharacterTakenIn(
            name=character.name,
            description=character.description,
            tag=character.tag,
            images=tuple(pictures[source] for source in character.images),
        )
        for character in brief.characters
    )
    return TakenIn(
        project=project,
        version=row.brief_version,
        brief=brief,
        images=tuple(pictures[source] for source in brief.images),
        characters=characters,
        language=brief.language or channel.language,
        style=brief.style or channel.style,
        aspects=brief.aspects or channel.aspects,
    )


def _fetched(studio: Studio, request: Request) -> dict[str, Artifact]:
    """Pictures by URL, fetched now. Raises `InvalidInput` for what must not or cannot be fetched, `Passing` for a busy host."""
    pulled = pull_images(
        [source for source in pictures_of(request.brief) if source not in request.local],
        base=studio.settings.inbox,
        trusted_hosts=studio.settings.trusted_hosts,
        online=not studio.settings.deterministic,
    )
    return {source: studio.artifacts.put(picture.content, media_type=picture.media_type) for source, picture in pulled}
