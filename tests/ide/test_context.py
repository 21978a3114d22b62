from __future__ import annotations

import pytest

from app.host import Phase, Plain
from app.ide.context import Context, Field, schema_from_plain


def test_a_schema_is_read_from_plain_data() -> None:
    schema = schema_from_plain(
        {"amount": "f64", "lines": {"type": "array", "items": {"type": "map", "fields": {"price": "f64"}}, "doc": "rows"}}
    )
    assert schema == {
        "amount": Field("f64"),
        "lines": Field("array", items=Field("map", fields={"price": Field("f64")}), doc="rows"),
    }


@pytest.mark.parametrize("data", [5, [], {"a": 5}, {"a": {"kind": "f64"}}, {"a": {"type": "map", "fields": 5}}])
def test_what_is_no_schema_is_refused(data: Plain) -> None:
    with pytest.raises(ValueError, match="not a"):
        schema_from_plain(data)


def test_plain_rhai_has_no_helpers() -> None:
    assert Context().natives.lookup("abort", 1) is None
    assert Context(phase=Phase.BEFORE).natives.lookup("abort", 1) is not None


def test_bindings_join_the_variables_of_the_phase() -> None:
    assert Context(phase=Phase.API, bindings={"tariff": "f64"}).variables() == {"request": "map", "tariff": "f64"}
