"""What files hold beyond one opaque picture: more frames or pages, and an alpha channel."""

from hardy.dataset import Dataset
from hardy.findings import Finding


def check_layers(data: Dataset) -> list[Finding]:
    """What it does: counts the files of which not all is learned.

    - `several-frames`: animations, and files of several pages or pictures: the first of each is taken.
    - `alpha`: pictures with an alpha channel, which are laid on the background.

    Why is this bad: it need not be. But who means each frame to count has fewer pictures than they think, and what an
    alpha channel hides is gone.

    What to do: where each frame is a picture of its own, save them as files; where the hidden part matters, save the
    picture without alpha.

    Source: `mission.md`, mistakes 4 and 10. Files are looked at when they are first read: of what is in a store already
    nothing is said.
    """
    several = [row for row, identity in enumerate(data.ids) if identity in data.several_frames]
    transparent = [row for row, identity in enumerate(data.ids) if identity in data.transparent]
    return _finding(data, "several-frames", several, "several frames or pages, of which the first is taken") + _finding(
        data, "alpha", transparent, "an alpha channel, and are laid on the background"
    )


def _finding(data: Dataset, code: str, rows: list[int], what: str) -> list[Finding]:
    if not rows:
        return []
    ids = data.ids
    return [
        Finding(
            code,
            "info",
            f"{len(rows):,} of {len(data):,} pictures have {what} (first {data.path(rows[0])})",
            value=len(rows),
            threshold=0,
            sample_ids=tuple(ids[row] for row in rows),
            weight=len(rows),
        )
    ]
