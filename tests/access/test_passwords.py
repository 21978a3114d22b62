"""Passwords: hashed at the cost that the settings say, and checked at the same cost where there is no account."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from app.access.passwords import Passwords, hash_of_nothing
from app.testing import in_memory_settings


async def test_a_password_fits_its_own_hash_alone() -> None:
    passwords = Passwords(in_memory_settings())
    known = (await passwords.hash("a phrase of ann's")).value
    assert await passwords.is_right(known, "a phrase of ann's")
    assert not await passwords.is_right(known, "a phrase of rex's")
    assert not await passwords.is_right("no hash at all", "a phrase of ann's")
    assert not await passwords.is_right(None, "a phrase of ann's")


def test_a_hash_of_nothing_costs_as_much_to_check_as_a_real_one() -> None:
    hasher = PasswordHasher(time_cost=2, memory_cost=64, parallelism=1)
    nothing = hash_of_nothing(hasher)
    assert extract_parameters(nothing) == extract_parameters(hasher.hash("a phrase of ann's"))
    with pytest.raises(VerifyMismatchError):  # calculated to the end, not refused for its form
        hasher.verify(nothing, "a phrase of ann's")
