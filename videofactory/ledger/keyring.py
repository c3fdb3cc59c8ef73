"""The master keys that open the ledger's secrets: from the settings, and from a file in the home that is made when first needed.

    VIDEOFACTORY_SECRET_KEY=newest,older      the settings' come first
    <home>/secret.key                         one key a line, newest first, readable by its owner alone

The newest key encrypts; all of them decrypt. Knows nothing of what is encrypted, see `ledger.secrets`.
"""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from videofactory.domain.errors import Lasting


@dataclass(frozen=True)
class Keyring:
    """`keys` are Fernet keys from the settings, newest first; `file` is where another one is kept (`None`: nowhere)."""

    keys: tuple[str, ...] = field(default=(), repr=False)
    file: Path | None = None

    def opened(self) -> MultiFernet:
        """All keys, ready to encrypt with the newest and decrypt with any. Raises `Lasting` when there is none."""
        known = self._known()
        if not known:
            where = f", and there is no file {self.file}" if self.file else ""
            raise Lasting(
                f"There is no master key for the keys of channels: VIDEOFACTORY_SECRET_KEY is not set{where}.",
                remedy="Set it to the key they were encrypted with, or 'videofactory keys remove' them and set them anew.",
            )
        try:
            return MultiFernet([Fernet(key) for key in known])
        except ValueError:
            raise Lasting(
                f"VIDEOFACTORY_SECRET_KEY or {self.file} holds something that is no Fernet key.",
                remedy="A Fernet key is 32 random bytes in URL-safe base64, 44 characters; the file has one a line.",
            ) from None

    def begin(self) -> None:
        """Make the file with a first key, unless there is a key already. Call it in a writing transaction of the ledger."""
        if not self._known() and self.file is not None:
            _write(self.file, [Fernet.generate_key().decode()])

    def renew(self) -> bool:
        """Put a new key before the file's; `False` when the settings say the newest. Call it in a writing transaction."""
        if self.keys or self.file is None:
            return False
        _write(self.file, [Fernet.generate_key().decode(), *self._filed()])
        return True

    def _known(self) -> list[str]:
        return list(dict.fromkeys([*self.keys, *self._filed()]))

    def _filed(self) -> list[str]:
        if self.file is None or not self.file.exists():
            return []
        try:
            return self.file.read_text(encoding="utf-8").split()
        except (OSError, UnicodeDecodeError) as error:
            raise Lasting(f"The master key in {self.file} cannot be read: {type(error).__name__}.") from error


def _write(file: Path, keys: Sequence[str]) -> None:
    """Replace the file in one step, on the disk before anything is encrypted with what stands in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # made readable by its owner alone
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(f"{key}\n" for key in keys)
            out.flush()
            os.fsync(out.fileno())
        Path(part).replace(file)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
