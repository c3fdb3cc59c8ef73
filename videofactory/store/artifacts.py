"""Media files by the SHA-256 of their bytes: added, never changed, checked when read."""

import hashlib
from pathlib import Path

from videofactory.domain.errors import StoreDamaged
from videofactory.domain.footage import Artifact
from videofactory.store.blobs import Blobs

ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/x-matroska": ".mkv",
    "audio/wav": ".wav",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "application/json": ".json",
    "application/x-subrip": ".srt",
    "text/vtt": ".vtt",
    "application/vnd.otio+json": ".otio",
}
PROOF = "proof.txt"
"""The blob `Artifacts.proven` writes; always the same."""
_CHUNK = 1 << 20
LINK_SECONDS = 600
"""How long a direct link opens unless told otherwise: enough to begin a download, too little to be passed on."""


class Artifacts:
    """The artifact store over some blobs."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._checked: dict[Path, tuple[int, int]] = {}

    def put(self, content: bytes, *, media_type: str) -> Artifact:
        """Keep these bytes; the same bytes again are the same artifact."""
        artifact = Artifact(sha256=hashlib.sha256(content).hexdigest(), media_type=media_type, size=len(content))
        if not self._holds(artifact):
            self._blobs.put(artifact_name(artifact), content)
        return artifact

    def put_file(self, path: Path, *, media_type: str) -> Artifact:
        """Keep a copy of this file."""
        artifact = Artifact(sha256=_hash(path), media_type=media_type, size=path.stat().st_size)
        if not self._holds(artifact):
            self._blobs.put_file(artifact_name(artifact), path)
        return artifact

    def path(self, artifact: Artifact) -> Path:
        """A local file with exactly the artifact's bytes, for reading only. Raises `StoreDamaged`.

        The bytes are hashed when the file is first asked for, and again when it was touched since. A bad copy is fetched anew.
        """
        name = artifact_name(artifact)
        path = self._blobs.local(name)
        if path is None:
            raise StoreDamaged(f"Artifact {artifact.sha256} is not in the store.", remedy=_RESTORE)
        if self._sound(path, artifact):
            return path
        path = self._blobs.local_again(name)
        if path is None or not self._sound(path, artifact):
            raise StoreDamaged(
                f"{self._blobs.place(name)} does not hold the bytes it is named by.",
                remedy=f"Delete the file; {_RESTORE.lower()}",
            )
        return path

    def has(self, artifact: Artifact) -> bool:
        """Whether the artifact can be read whole."""
        try:
            self.path(artifact)
        except StoreDamaged:
            return False
        return True

    def read(self, artifact: Artifact) -> bytes:
        """The artifact's bytes, checked."""
        return self.path(artifact).read_bytes()

    def link(self, artifact: Artifact, *, seconds: int = LINK_SECONDS) -> str | None:
        """An address that gives the artifact to whoever has it, for 1 second to an hour; `None` when the store is a folder."""
        return self._blobs.link(artifact_name(artifact), seconds=seconds)

    def proven(self) -> str:
        """Where the store is, once a few bytes were written there, read again, and others not found. Raises as `Blobs` does."""
        self._blobs.put(PROOF, PROOF.encode())
        if self._blobs.get(PROOF) != PROOF.encode():
            raise StoreDamaged(
                f"{self._blobs.place(PROOF)} does not give back what was written.", remedy="Look at the disk or bucket."
            )
        self._blobs.holds(f"{PROOF}.absent")  # who may not list a bucket is refused instead of told that there is no such blob
        return self._blobs.place("")

    def _holds(self, artifact: Artifact) -> bool:
        return self._blobs.holds(artifact_name(artifact)) and self.has(artifact)

    def _sound(self, path: Path, artifact: Artifact) -> bool:
        found = path.stat()
        seen = (found.st_mtime_ns, found.st_ino)
        if self._checked.get(path) == seen:
            return True
        if found.st_size != artifact.size or _hash(path) != artifact.sha256:
            return False
        self._checked[path] = seen
        return True


_RESTORE = "Restore the store from a backup, or run the step again: what was paid for is looked up before anything is bought."


def artifact_name(artifact: Artifact) -> str:
    """The artifact's name below the store's folder."""
    return f"artifacts/{artifact.sha256[:2]}/{artifact.sha256}{ENDINGS.get(artifact.media_type, '.bin')}"


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
