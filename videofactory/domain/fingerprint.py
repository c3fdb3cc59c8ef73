"""Names made from content: canonical JSON, fingerprints, seeds, slugs and project keys.

Everything that must come out the same for the same input on every machine is named here.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping

PROJECT_KEY_LENGTH = 80
SEED_BITS = 31


def canonical(value: object) -> str:
    """JSON text with sorted keys and no spaces: equal values give equal text. Raises `TypeError` for other types."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_text(text: str) -> str:
    """Lower-case hex SHA-256 of the UTF-8 text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def fingerprint(parts: Mapping[str, object]) -> str:
    """Lower-case hex SHA-256 over the canonical JSON of `parts`."""
    return sha256_text(canonical(parts))


def seed_of(*parts: str | int) -> int:
    """A seed in 0 … 2³¹−1, the same for the same parts, spread evenly: how takes get different yet repeatable pictures."""
    digest = hashlib.sha256(canonical([str(part) for part in parts]).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - SEED_BITS)


def slug(text: str, *, length: int = 40, empty: str = "untitled") -> str:
    """Letters a-z, digits and single dashes; accents are dropped, other scripts leave `empty`. At most `length` long."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:length].strip("-") or empty


def project_key(channel: str, title: str, *, source_id: str) -> str:
    """The partition key `<channel>-<slug>-<6 hex>`, the hex from the source's own id: same source, same project.

    The title only makes the key readable; a later change of title must not change the project, so callers look the
    source up in the ledger first.
    """
    mark = sha256_text(source_id)[:6]
    head = slug(channel, length=30, empty="channel")
    room = PROJECT_KEY_LENGTH - len(head) - len(mark) - 2
    return f"{head}-{slug(title, length=min(40, room))}-{mark}"


def identity_tag(name: str, description: str) -> str:
    """`character:<slug>_id:<8 hex>`: put into every prompt the character appears in, so that engines keep one face."""
    return f"character:{slug(name)}_id:{sha256_text(canonical([name, description]))[:8]}"
