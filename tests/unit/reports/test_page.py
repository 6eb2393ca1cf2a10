"""One file, offline, with nothing in it that a name brought along."""

import html
import re
from pathlib import Path

import numpy as np
import pytest
from markupsafe import Markup

from hardy.challenges.scorecard import Scorecard
from hardy.errors import OutputError
from hardy.reports import Section, Verdict, show_challenge, show_mistakes, write_page

LIMIT = 5_000_000


@pytest.fixture
def page(tmp_path: Path, hostile_sections: list[Section], hostile: tuple[str, ...]) -> str:
    path = tmp_path / "report.html"
    write_page(path, hostile[0] + hostile[8], Verdict(hostile[1], "bad", list(hostile)), hostile_sections)
    return path.read_bytes().decode("utf-8")


def test_hostile_names_bring_no_element_and_no_event(page, read_page):
    parsed = read_page(page)
    assert {tag for tag, _ in parsed.elements}.isdisjoint({"script", "iframe", "object", "embed", "form", "base", "b"})
    assert not [name for _, attributes in parsed.elements for name in attributes if name.startswith("on")]
    assert "<script>alert(1)</script>" in parsed.text


def test_templates_in_names_are_not_filled_in(page):
    assert "{{ 7 * 7 }}" in page
    assert "$ 49 " not in page


def test_undecodable_names_are_shown_by_their_bytes(page):
    assert "caf\\xe9" in page


def test_long_names_are_shortened_and_whole_in_the_title(page, read_page):
    parsed = read_page(page)
    assert max(len(name) for name in re.findall(r"<bdi[^>]*>([^<]*)</bdi>", html.unescape(page))) <= 80
    assert any(attributes.get("title") == "a" * 300 for _, attributes in parsed.elements)


def test_everything_comes_with_the_page(page, read_page):
    for tag, attributes in read_page(page).elements:
        for name in ("src", "href", "action", "data", "poster", "srcset", "xlink:href"):
            assert (attributes.get(name) or "#").startswith(("data:", "#")), (tag, attributes)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style and "@import" not in style
    assert not re.search(r"https?://(?!www\.w3\.org)", page)
    assert "default-src 'none'" in page


def test_the_page_is_for_everyone(page, read_page):
    parsed = read_page(page)
    assert parsed.all("html")[0]["lang"] == "en"
    assert all(image["alt"] for image in parsed.all("img"))
    assert len(parsed.all("caption")) == len(parsed.all("table")) > 0
    assert len(parsed.all("h1")) == 1
    assert all(drawing.get("aria-label") or drawing.get("aria-hidden") for drawing in parsed.all("svg"))
    assert "width=device-width" in page


def test_it_is_dark_in_the_dark_and_light_on_paper(page):
    assert "@media screen and (prefers-color-scheme: dark)" in page
    assert "@media print" in page


def test_anchors_are_unique_and_the_contents_point_to_them(page, read_page):
    parsed = read_page(page)
    identities = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(identities) == len(set(identities))
    assert {link["href"][1:] for link in parsed.all("a")} <= set(identities)


@pytest.mark.parametrize(("tone", "word"), [("good", "No warnings"), ("warning", "Warning"), ("bad", "Problem")])
def test_the_tone_is_also_a_word(tmp_path, read_page, tone, word):
    write_page(tmp_path / "p.html", "t", Verdict("so it is", tone), [])
    assert word in read_page((tmp_path / "p.html").read_text("utf-8")).text


def test_the_verdict_stands_before_the_sections(tmp_path):
    write_page(tmp_path / "p.html", "t", Verdict("so it is", "good"), [Section("later", Markup("<p>x</p>"), "later")])
    text = (tmp_path / "p.html").read_text("utf-8")
    assert text.index("so it is") < text.index("<p>x</p>")


def test_a_full_page_of_noise_stays_small(tmp_path, evaluate, score):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (6, 300, 400, 3), np.uint8)
    evaluation = evaluate([0] * 30, [1] * 30)
    mistakes = show_mistakes(evaluation, evaluation.worst_mistakes(24), lambda index: noise[index % 6])
    names = ("test", *(f"set {number}" for number in range(9)))
    challenge = show_challenge(Scorecard("m", tuple(score(name, 5, 10, noise) for name in names)))
    write_page(tmp_path / "p.html", "t", Verdict("h", "good"), [mistakes, challenge])
    assert (tmp_path / "p.html").stat().st_size < LIMIT


def test_an_impossible_place_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        write_page(tmp_path / "file" / "p.html", "t", Verdict("h", "good"), [])
