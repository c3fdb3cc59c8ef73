"""Names made from content: the same for the same, and of the shape other systems rely on."""

import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videofactory.domain.fingerprint import canonical, fingerprint, identity_tag, project_key, seed_of, slug

GOLDEN_SEEDS = [2030111548, 1094182131, 452343571]
"""A change here would draw every picture anew."""
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{6}")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_the_order_of_keys_does_not_matter(parts: dict[str, object]) -> None:
    backwards = dict(reversed(list(parts.items())))
    assert canonical(parts) == canonical(backwards)
    assert json.loads(canonical(parts)) == parts


def test_the_order_of_inner_keys_does_not_matter_and_that_of_lists_does() -> None:
    assert fingerprint({"a": {"x": 1, "y": [1, 2]}}) == fingerprint({"a": {"y": [1, 2], "x": 1}})
    assert fingerprint({"a": [1, 2]}) != fingerprint({"a": [2, 1]})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})


def test_fingerprints_are_those_of_last_year() -> None:
    assert canonical({"b": "é", "a": [1, None]}) == '{"a":[1,null],"b":"é"}'
    assert fingerprint({"b": "é", "a": [1, None]}) == hashlib.sha256('{"a":[1,null],"b":"é"}'.encode()).hexdigest()


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})
    with pytest.raises(TypeError, match="not JSON serializable"):
        canonical({"a": {1, 2}})


def test_seeds_never_change() -> None:
    assert [seed_of("harbour", "scene-01", take) for take in (1, 2, 3)] == GOLDEN_SEEDS
    assert seed_of("a", "bc") != seed_of("ab", "c")


@given(st.lists(st.text() | st.integers(), max_size=4))
def test_seeds_fit_every_engine(parts: list[str | int]) -> None:
    assert 0 <= seed_of(*parts) < 2**31


def test_seeds_are_spread_over_the_whole_range() -> None:
    seeds = [seed_of("spread", number) for number in range(400)]
    assert len(set(seeds)) == 400
    assert min(seeds) < 2**31 / 20
    assert max(seeds) > 2**31 * 19 / 20


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("The first cup", "the-first-cup"),
        ("Café — Señor Ñandú!", "cafe-senor-nandu"),
        ("朝のコーヒー", "untitled"),
        ("", "untitled"),
        ("---", "untitled"),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 39 + " b", "a" * 39),
        ("ﬁne", "fine"),
    ],
)
def test_slugs(title: str, name: str) -> None:
    assert slug(title) == name


@given(channel=st.text(max_size=120), title=st.text(max_size=300), source=st.text(st.characters(codec="utf-8"), max_size=50))
def test_every_project_key_is_short_plain_and_marked_by_its_source(channel: str, title: str, source: str) -> None:
    key = project_key(channel, title, source_id=source)
    assert len(key) <= 80
    assert KEY.fullmatch(key)
    assert key.endswith("-" + hashlib.sha256(source.encode()).hexdigest()[:6])


def test_project_keys_are_those_of_the_contract() -> None:
    mark = hashlib.sha256(b"first-cup.yaml").hexdigest()[:6]
    assert project_key("harbour", "The first cup", source_id="first-cup.yaml") == f"harbour-the-first-cup-{mark}"
    assert project_key("", "", source_id="first-cup.yaml") == f"channel-untitled-{mark}"
    assert len(project_key("c" * 99, "t" * 99, source_id="x")) == 30 + 1 + 40 + 1 + 6


def test_identity_tags_hold_name_and_description() -> None:
    tag = identity_tag("Rosa López", "a baker")
    assert re.fullmatch(r"character:rosa-lopez_id:[0-9a-f]{8}", tag)
    assert tag == identity_tag("Rosa López", "a baker")
    assert tag != identity_tag("Rosa López", "a painter")
