"""What holds for any name."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from hardy.dataset.identity import derived_id, sample_id

names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(names, st.integers(0, 10**9), names)
def test_any_unicode_form_of_a_name_has_one_id(name, row, source) -> None:
    identity = sample_id(name, row, source)
    assert identity == sample_id(unicodedata.normalize("NFD", name), row, source)
    assert identity == sample_id(unicodedata.normalize("NFC", name), row, source)
    assert len(identity) == 32 and int(identity, 16) >= 0


@given(st.lists(st.tuples(names, st.integers(0, 5), names), min_size=2, max_size=6))
def test_other_samples_have_other_ids(samples) -> None:
    distinct = {(unicodedata.normalize("NFC", name), row, source) for name, row, source in samples}
    assert len({sample_id(*sample) for sample in samples}) == len(distinct)


@given(names, st.lists(st.integers(0, 10**6), unique=True, min_size=2, max_size=6))
def test_other_copies_have_other_ids(name, copies) -> None:
    parent = sample_id(name)
    assert len({parent, *(derived_id(parent, copy) for copy in copies)}) == len(copies) + 1
