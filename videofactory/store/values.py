"""Small JSON documents: asset values by asset and project (replaced), and products by fingerprint (written once).

A product is what our own hands made from known inputs (an encoded stretch, a mix, a quality report), so that it is made once.
What engines were asked for is not here but in the ledger.
"""

import json
from typing import Any, TypeVar

from pydantic import BaseModel

from videofactory.domain.footage import Artifact
from videofactory.store.artifacts import Artifacts
from videofactory.store.blobs import Blobs

ModelT = TypeVar("ModelT", bound=BaseModel)


class Values:
    """Asset values, one JSON document for each asset and project."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def write(self, asset: str, project: str, value: BaseModel) -> None:
        """Replace the value."""
        self.write_text(asset, project, value.model_dump_json(indent=1))

    def write_text(self, asset: str, project: str, text: str) -> None:
        """Replace the value by this JSON text."""
        self._blobs.put(_value_name(asset, project), text.encode())

    def read(self, asset: str, project: str, kind: type[ModelT]) -> ModelT | None:
        """The value, or `None` when the asset was never made for this project."""
        content = self._blobs.get(_value_name(asset, project))
        return None if content is None else kind.model_validate_json(content)

    def plain(self, asset: str, project: str) -> dict[str, Any] | None:
        """The value as it lies there, for who asks for one field of thousands of values: reading it whole takes far longer."""
        content = self._blobs.get(_value_name(asset, project))
        return None if content is None else dict(json.loads(content))


class Products:
    """What was made from what: fingerprint → artifacts by name and a few facts."""

    def __init__(self, blobs: Blobs, *, artifacts: Artifacts) -> None:
        self._blobs = blobs
        self._artifacts = artifacts

    def find(self, kind: str, fingerprint: str) -> dict[str, Any] | None:
        """The product's record, `{"files": {name: artifact}, "facts": {...}}`; `None` when it was not made, or not all is left.

        A record outlives its files where those are deleted by hand, or a backup is restored by half: whoever is told `None` makes
        the product again, and so mends the store.
        """
        content = self._blobs.get(_product_name(kind, fingerprint))
        record: dict[str, Any] = {} if content is None else json.loads(content)
        whole = all(self._artifacts.has(Artifact.model_validate(file)) for file in record.get("files", {}).values())
        return record if record and whole else None

    def keep(self, kind: str, fingerprint: str, *, files: dict[str, Artifact], facts: dict[str, Any]) -> dict[str, Any]:
        """Remember a product whose files are in the store already; its record, as `find` gives it."""
        record = {"files": {name: artifact.model_dump() for name, artifact in files.items()}, "facts": facts}
        self._blobs.put(_product_name(kind, fingerprint), json.dumps(record, sort_keys=True).encode())
        return record


def _value_name(asset: str, project: str) -> str:
    return f"values/{asset}/{project}.json"


def _product_name(kind: str, fingerprint: str) -> str:
    return f"products/{kind}/{fingerprint[:2]}/{fingerprint}.json"
