import re

from hardy.dataset.identity import derived_id, sample_id


def test_ids_are_32_hexadecimal_digits() -> None:
    for identity in (sample_id(""), sample_id("cats/1.jpg"), derived_id("00" * 16, 3)):
        assert re.fullmatch("[0-9a-f]{32}", identity)


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    assert sample_id("Käfer/é.png") == sample_id("Ka\u0308fer/e\u0301.png")
    assert sample_id("\ud55c\uae00.png") == sample_id("\u1112\u1161\u11ab\u1100\u1173\u11af.png")


def test_look_alikes_that_are_other_letters_stay_apart() -> None:
    assert sample_id("ﬁ.png") != sample_id("fi.png")  # a ligature: NFKC would make them one
    assert sample_id("A.png") != sample_id("a.png")


def test_location_row_and_source_all_count_and_do_not_run_together() -> None:
    ids = [
        sample_id("a.gz", 1),
        sample_id("a.gz", 11),
        sample_id("a.gz1", 1),
        sample_id("a.gz", 1, "left"),
        sample_id("a.gz", 1, "right"),
        sample_id("left", 1, "a.gz"),
        sample_id("a.gz/1"),
    ]
    assert len(set(ids)) == len(ids)


def test_copies_differ_from_each_other_and_from_their_parent() -> None:
    parent = sample_id("a.png")
    ids = [parent, *(derived_id(parent, copy) for copy in range(20)), derived_id(sample_id("b.png"), 1)]
    assert len(set(ids)) == len(ids)
