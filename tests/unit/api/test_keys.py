"""Promises of keys: shown once, kept as a digest, good for their role until they end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.errors import InputError, NotFoundError
from matchmaker_api.access import ROLES
from matchmaker_api.state.keys import KeyStore

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "state.db", lambda: NOON)


def later(keys: KeyStore, days: int) -> KeyStore:
    return replace(keys, now=lambda: NOON + timedelta(days=days))


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_key_opens_what_its_role_may_see(keys: KeyStore, role: str) -> None:
    made, shown = keys.create(role, "security office", days=30)
    holder = keys.holder(shown)
    assert holder is not None and (holder.id, holder.role) == (made.id, role)


def test_a_key_can_be_recognised_and_is_not_kept(keys: KeyStore) -> None:
    _, shown = keys.create("operator")
    assert re.fullmatch(r"mm_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", shown)
    secret = shown.partition("_")[2].partition("_")[2]
    kept = b"".join(path.read_bytes() for path in keys.path.parent.iterdir())
    assert secret.encode() not in kept and b"operator" in kept
    assert secret not in repr(keys.listed())


def test_no_two_keys_are_alike(keys: KeyStore) -> None:
    shown = [keys.create("operator")[1] for _ in range(20)]
    assert len({text.split("_", 2)[2] for text in shown}) == 20


def test_a_key_ends_with_its_last_day(keys: KeyStore) -> None:
    made, shown = keys.create("operator", days=30)
    assert (made.expires - made.created).days == 30
    assert later(keys, 29).holder(shown) is not None
    assert later(keys, 30).holder(shown) is None


def test_a_revoked_key_opens_nothing_from_then_on(keys: KeyStore) -> None:
    made, shown = keys.create("operator")
    other = keys.create("operator")[1]
    assert later(keys, 2).revoke(made.id).revoked == (NOON + timedelta(days=2)).date()
    assert keys.holder(shown) is None and keys.holder(other) is not None
    assert later(keys, 5).revoke(made.id).revoked == (NOON + timedelta(days=2)).date()


def test_the_day_of_the_last_use_is_noted(keys: KeyStore) -> None:
    _, shown = keys.create("operator")
    assert keys.listed()[0].last_used is None
    later(keys, 3).holder(shown)
    assert keys.listed()[0].last_used == (NOON + timedelta(days=3)).date()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.integers(0, 54), st.characters())
def test_a_key_with_any_letter_changed_opens_nothing(keys: KeyStore, place: int, letter: str) -> None:
    shown = keys.create("operator")[1]
    if letter != shown[place]:
        assert keys.holder(shown[:place] + letter + shown[place + 1 :]) is None
    assert keys.holder(shown[:place]) is None


@pytest.mark.parametrize("text", ["", " ", "mm_", "mm_00000000_" + "A" * 43, "' OR 1=1 --", "\x00", "ключ", "x" * 9999])
def test_what_is_no_key_opens_nothing(keys: KeyStore, text: str) -> None:
    assert keys.holder(text) is None
    keys.create("operator")
    assert keys.holder(text) is None


def test_the_id_of_one_key_with_the_secret_of_another_opens_nothing(keys: KeyStore) -> None:
    (one, _), (_, other) = keys.create("operator"), keys.create("researcher")
    assert keys.holder(f"mm_{one.id}_{other.split('_', 2)[2]}") is None


@pytest.mark.parametrize(
    "given",
    [{"role": "admin"}, {"role": "operator", "days": 0}, {"role": "operator", "days": 366},
     {"role": "operator", "label": "x" * 101}, {"role": "operator", "label": "a\nb"}],
    ids=repr,
)  # fmt: skip
def test_keys_that_should_not_be_are_not_made(keys: KeyStore, given: dict[str, object]) -> None:
    with pytest.raises(InputError) as error:
        keys.create(**given)  # type: ignore[arg-type]
    assert error.value.hint and not keys.listed()


def test_revoking_what_is_not_there_says_so_without_repeating_a_key(keys: KeyStore) -> None:
    shown = keys.create("operator")[1]
    with pytest.raises(NotFoundError) as error:
        keys.revoke(shown)
    assert shown not in str(error.value)
    with pytest.raises(NotFoundError, match="01234567"):
        keys.revoke("01234567")


def test_keys_are_listed_newest_first(keys: KeyStore) -> None:
    made = [later(keys, days).create("operator", f"{days}")[0].label for days in (0, 1, 1, 2)]
    assert [key.label for key in keys.listed()] == made[::-1]
