"""Training rows and their altered copies as one Dataset: pictures are altered when they are read."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Int64

from hardy.augmentation.apply import apply
from hardy.augmentation.compose import Compose
from hardy.augmentation.offline.record import drawn, recorded
from hardy.dataset import Dataset
from hardy.dataset.dataset import DERIVED, SCHEMA
from hardy.dataset.identity import derived_id
from hardy.dataset.probe import FACT_COLUMNS
from hardy.dataset.reader import Payload
from hardy.errors import DecodeError, InputError
from hardy.parallel import map_ordered
from hardy.pixels import Image
from hardy.pixels.channels import Background, in_channels, lay_on_background, to_8_bits
from hardy.pixels.encode import encode_jpeg
from hardy.progress import SILENT, Progress
from hardy.rng import id_words

LOSSLESS = 100
_CHUNK = 1_000  # rows whose numbers are drawn at once; drawn or read, a column has the same parts
_TOGETHER_PIXELS = 2_000_000
_TOGETHER = 64


def enlarge(
    parents: Dataset,
    policy: Compose,
    times: int,
    quality: int = LOSSLESS,
    background: Background = 0,
    plans: Callable[[str, int], str] | None = None,
    facts_are_known: bool = False,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Dataset:
    """Put altered copies behind each training row.

    Args:
        parents: with sides.
        policy: what is done to them.
        times: how many copies of each training row.
        quality: of copies of JPEGs, 1 to 99; 100 keeps all copies' pixels.
        background: under transparent parts of what is altered.
        plans: from a parent's id and the copy's number to the text that was recorded of it; drawn by default.
        facts_are_known: the heights and widths in the table are those of what the reader gives, which those of a store
            need not be.
        threads: that measure pictures where they are not.
        progress: told the stage "measuring".

    Returns:
        All rows, with `parent` and `plan` (see `hardy.dataset.dataset.DERIVED`). A training row and its copies are one
        group, so that no later split parts them. What needs the pictures' bytes is null.

    Raises:
        InputError: the policy mixes pictures, or cannot be drawn for some size.
    """
    check_single(policy)
    train = np.array([side == "train" for side in parents.column("split")], bool)
    sizes = _sizes(parents, train, facts_are_known, threads, progress)
    of = np.repeat(np.arange(len(parents)), np.where(train, 1 + times, 1))
    copies = np.arange(len(of)) - np.searchsorted(of, of)
    ids = parents.ids
    texts = _recorded(ids, of, copies, plans) if plans else _drawn(policy, ids, of, copies, sizes)
    is_jpeg = np.array([quality < LOSSLESS and name == "JPEG" for name in parents.column("format")], bool)
    if hasattr(parents.reader, "shape"):  # pixels, whatever they once were
        is_jpeg[:] = False
    table = _table(parents, of, copies, train, is_jpeg, texts)
    reader = EnlargedReader(parents, policy, of, texts, sizes, is_jpeg, quality, background)
    return replace(
        parents,
        table=table,
        reader=reader,
        rows=np.arange(len(of)),
        preprocessing=parents.preprocessing and parents.preprocessing.unmeasured(),
    )


def check_single(policy: Compose) -> None:
    """Raise unless a policy is for single pictures.

    Raises:
        InputError: it mixes them.
    """
    if policy.mixing is not None:
        name = type(policy.mixing).__name__
        raise InputError(
            f"{name} mixes pictures and their labels as batches are made; leave it out here, and train with --augment"
        )


class EnlargedReader:
    """Reads a parent, or alters it.

    Args:
        parents: where pictures come from.
        policy: what is done.
        of: for each row the parent's.
        texts: what is done to each, see `hardy.augmentation.offline.record`; null for the parents themselves.
        sizes_hw: of the parents, as they are altered.
        is_jpeg: for each parent, whether its copies are.
        quality: of these.
        background: see `enlarge`.
    """

    def __init__(
        self,
        parents: Dataset,
        policy: Compose,
        of: Int64[np.ndarray, "n"],
        texts: pa.ChunkedArray,
        sizes_hw: Int64[np.ndarray, "p 2"],
        is_jpeg: Bool[np.ndarray, "p"],
        quality: int,
        background: Background,
    ) -> None:
        self._parents, self._policy, self._of, self._texts = parents, policy, of, texts
        self._sizes, self._is_jpeg = sizes_hw, is_jpeg
        self._quality, self._background = quality, background
        self._words = id_words(parents.ids)
        largest = int(sizes_hw.prod(axis=1).max(initial=1))
        self.together = min(max(1, _TOGETHER_PIXELS // largest), _TOGETHER)

    def read(self, row: int) -> Payload:
        """One row's content."""
        return self.read_group([row])[0]

    def read_group(self, rows: list[int]) -> list[Payload]:
        """Several rows' contents; each parent is decoded once.

        Raises:
            DecodeError: a parent cannot be read any more, or has another size than it had.
            InputError: it cannot be altered so; the message names it.
        """
        of = self._of[rows].tolist()
        texts = [self._texts[row].as_py() for row in rows]
        found: dict[int, Payload] = {}
        images: dict[int, np.ndarray] = {}
        kinds: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
        for place, (index, text) in enumerate(zip(of, texts, strict=True)):
            if text is None:
                found[place] = self._parents.payload(index)
                continue
            if index not in images:
                images[index] = self._opaque(index)
            kind = (images[index].dtype.name, images[index].shape[2])
            kinds.setdefault(kind, []).append((place, index, text))
        for copies in kinds.values():
            places, parents, plans = zip(*copies, strict=True)
            found.update(zip(places, self._altered(list(parents), list(plans), images), strict=True))
        return [found[place] for place in range(len(rows))]

    def _opaque(self, index: int) -> Image:
        pixels = self._parents.image(index)
        if pixels.shape[2] in (2, 4):
            shown = in_channels(self._background, 1) if pixels.shape[2] == 2 else self._background
            pixels = lay_on_background(to_8_bits(pixels), shown)
        if pixels.shape[:2] != tuple(self._sizes[index].tolist()):
            raise DecodeError(f"{self._parents.path(index)}: it changed since it was first read")
        return pixels

    def _altered(self, parents: list[int], texts: list[str], images: dict[int, np.ndarray]) -> list[Payload]:
        """Copies of one dtype and number of channels."""
        batch = [images[index] for index in parents]
        try:
            plan = recorded(self._policy, self._words[parents], texts, self._sizes[parents])
            altered = apply(plan, batch, output=batch[0].dtype.name)
        except InputError as error:
            several = "" if len(set(parents)) == 1 else " and others"
            raise InputError(f"{self._parents.path(parents[0])}{several}: {error}") from error
        return [
            encode_jpeg(image, self._quality) if self._is_jpeg[index] else image
            for index, image in zip(parents, altered, strict=True)
        ]


def _sizes(
    parents: Dataset, train: Bool[np.ndarray, "p"], facts_are_known: bool, threads: int | None, progress: Progress
) -> Int64[np.ndarray, "p 2"]:
    """Height and width of the pictures that are altered, as the reader gives them."""
    shape = getattr(parents.reader, "shape", None)
    if shape is not None:
        return np.tile(np.array(shape[:2], np.int64), (len(parents), 1))
    if facts_are_known:
        facts = [parents.table.column(name).to_numpy() for name in ("height", "width")]
        return np.stack(facts, axis=1).astype(np.int64)
    sizes = np.ones((len(parents), 2), np.int64)
    rows = np.flatnonzero(train).tolist()
    for done, (row, found) in enumerate(
        zip(rows, map_ordered(lambda row: parents.image(row).shape[:2], rows, threads), strict=True), 1
    ):
        sizes[row] = found
        progress.advance("measuring", done, len(rows))
    return sizes


def _drawn(
    policy: Compose,
    ids: list[str],
    of: Int64[np.ndarray, "n"],
    copies: Int64[np.ndarray, "n"],
    sizes: Int64[np.ndarray, "p 2"],
) -> pa.ChunkedArray:
    words = id_words(ids)
    chunks = []
    for begin in range(0, len(of), _CHUNK):
        here = slice(begin, begin + _CHUNK)
        some = np.flatnonzero(copies[here]) + begin
        texts = iter(drawn(policy, words[of[some]], copies[some], sizes[of[some]]))
        chunks.append([next(texts) if copy else None for copy in copies[here].tolist()])
    return _column(chunks)


def _recorded(
    ids: list[str], of: Int64[np.ndarray, "n"], copies: Int64[np.ndarray, "n"], plans: Callable[[str, int], str]
) -> pa.ChunkedArray:
    texts = [
        plans(ids[index], copy) if copy else None for index, copy in zip(of.tolist(), copies.tolist(), strict=True)
    ]
    return _column(texts[begin : begin + _CHUNK] for begin in range(0, len(texts), _CHUNK))


def _column(chunks: Iterable[list[str | None]]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(chunk, pa.string()) for chunk in chunks], pa.string())


def _table(
    parents: Dataset,
    of: Int64[np.ndarray, "n"],
    copies: Int64[np.ndarray, "n"],
    train: Bool[np.ndarray, "p"],
    is_jpeg: Bool[np.ndarray, "p"],
    texts: pa.ChunkedArray,
) -> pa.Table:
    """The rows' table, in which each copy stands behind its parent."""
    ids, uris, groups = parents.ids, parents.column("uri"), parents.column("group")
    pairs = list(zip(of.tolist(), copies.tolist(), strict=True))
    taken = parents.table.select(SCHEMA.names).take(pa.array(of))
    columns = {
        "id": [derived_id(ids[index], copy) if copy else ids[index] for index, copy in pairs],
        "uri": [copy_uri(uris[index], copy, bool(is_jpeg[index])) if copy else uris[index] for index, copy in pairs],
        "group": [groups[index] or (ids[index] if train[index] else None) for index, _ in pairs],
    }
    for name, values in columns.items():
        taken = taken.set_column(SCHEMA.get_field_index(name), SCHEMA.field(name), pa.array(values, pa.string()))
    for name in FACT_COLUMNS:
        nothing = pa.nulls(len(of), SCHEMA.field(name).type)
        taken = taken.set_column(SCHEMA.get_field_index(name), SCHEMA.field(name), nothing)
    of_whom = pa.array([ids[index] if copy else None for index, copy in pairs], pa.string())
    return taken.append_column(DERIVED.field("parent"), of_whom).append_column(DERIVED.field("plan"), texts)


def copy_uri(uri: str, copy: int, is_jpeg: bool) -> str:
    """Where a copy would lie, beside its parent.

    Example:
        >>> copy_uri("cats/tom.gif", 2, False), copy_uri("digits.npz/x_train#7", 1, False)
        ('cats/tom-aug2.png', 'digits.npz/x_train#7-aug1')
    """
    folder, slash, name = uri.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    if "#" in name or not dot:
        return f"{uri}-aug{copy}"
    return f"{folder}{slash}{stem}-aug{copy}{'.jpg' if is_jpeg else '.png'}"
