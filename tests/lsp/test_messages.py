"""What is written to the wire means what json would have written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibrant.lsp.protocol import encoded

LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
)
VALUES = st.recursive(LEAF, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES)
def test_any_value_comes_back_as_it_was(value: object) -> None:
    assert json.loads(encoded(value)) == value


@pytest.mark.parametrize(
    "value", ["half \ud83d of it", {"\udc00": 1}, 10**30, -(10**30), [{"😀": "é\u2028"}], {None: 1}]
)
def test_what_fits_no_encoding_or_number_is_written_too(value: object) -> None:
    assert json.loads(encoded(value)) == json.loads(json.dumps(value))
