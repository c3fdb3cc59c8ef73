"""The one base of all domain values: frozen, strict about unknown fields, comparable by content.

Holds no film knowledge. Anything that is read, stored or passed between layers derives from `Value`.
"""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen pydantic value: equal by content, refuses unknown fields, serialises to plain JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")
