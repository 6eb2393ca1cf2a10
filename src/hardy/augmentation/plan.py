"""What is done to every sample of a batch, as plain arrays: saved, loaded, read, replayed."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Int64, UInt64

from hardy.augmentation.registry import from_config
from hardy.augmentation.transform import Parameters, Transform
from hardy.errors import InputError, OutputError
from hardy.files import free_name, write_file
from hardy.rng import generator, id_words

_FORMAT = "hardy-plan-1"
_UNUSED = np.random.Generator(np.random.Philox(0))
_TABLE_ROWS = 8
_TABLE_NUMBERS = 9  # of one parameter of one sample


@dataclass(frozen=True, eq=False)
class Step:
    """One transform's share of a plan.

    Args:
        transform: what is done.
        key: what its numbers were drawn under.
        applied: to which samples.
        parameters: how, an array with a row for each sample by name; drawn for all, applied or not.
        sizes_hw: height and width of each picture as it comes to this step.
        apart: it has a pass of its own, before and after which the picture is rounded to its own dtype.
    """

    transform: Transform
    key: str
    applied: Bool[np.ndarray, "n"]
    parameters: Parameters
    sizes_hw: Int64[np.ndarray, "n 2"]
    apart: bool = False

    @property
    def name(self) -> str:
        """The transform's name."""
        return type(self.transform).__name__

    @property
    def output_sizes_hw(self) -> Int64[np.ndarray, "n 2"]:
        """Height and width of each picture after this step."""
        found: Int64[np.ndarray, "n 2"] | None = self.__dict__.get("_output_sizes_hw")
        if found is None:
            sizes = found = self.transform.output_sizes(self.parameters, self.sizes_hw)
            if sizes is not self.sizes_hw and not self.applied.all():
                found = np.where(self.applied[:, None], sizes, self.sizes_hw)
            self.__dict__["_output_sizes_hw"] = found  # worked out once
        return found

    def row(self, row: int) -> dict[str, Any]:
        """One sample's parameters."""
        return {name: values[row] for name, values in self.parameters.items()}

    def take(self, rows: Any) -> "Step":
        """Some samples' rows: a slice or an array of indices."""
        parameters = {name: values[rows] for name, values in self.parameters.items()}
        return replace(self, applied=self.applied[rows], parameters=parameters, sizes_hw=self.sizes_hw[rows])


@dataclass(frozen=True, eq=False)
class Plan:
    """What is done to every sample of a batch.

    Args:
        words: the samples' ids, as `hardy.rng.id_words` gives them.
        copies: which copy of the sample each is.
        epoch: counted from 0.
        seed: of the pipeline.
        sizes_hw: height and width of each picture in pixels.
        steps: the transforms in order, with their numbers.

    Example:
        >>> from hardy.augmentation import Compose, Invert
        >>> plan = Compose([Invert()], seed=1).plan(["00" * 16, "ff" * 16], sizes_hw=(17, 11))
        >>> len(plan), len(plan[:1]), plan[:1] == plan.take([0])
        (2, 1, True)
    """

    words: UInt64[np.ndarray, "n 2"]
    copies: Int64[np.ndarray, "n"]
    epoch: int
    seed: int
    sizes_hw: Int64[np.ndarray, "n 2"]
    steps: tuple[Step, ...]

    def __reduce__(self) -> Any:  # without what was worked out on the way
        return Plan, (self.words, self.copies, self.epoch, self.seed, self.sizes_hw, self.steps)

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, rows: slice) -> "Plan":
        if not isinstance(rows, slice):
            raise InputError(f"a plan is cut by slices, as in plan[0:4], got {rows!r}; take() takes single rows")
        return self._select(rows)

    def take(self, rows: Any) -> "Plan":
        """The plan for some of the samples.

        Args:
            rows: their positions.
        """
        return self._select(np.asarray(rows, np.int64))

    def _select(self, rows: Any) -> "Plan":
        return replace(
            self,
            words=self.words[rows],
            copies=self.copies[rows],
            sizes_hw=self.sizes_hw[rows],
            steps=tuple(step.take(rows) for step in self.steps),
        )

    @property
    def output_sizes_hw(self) -> Int64[np.ndarray, "n 2"]:
        """Height and width of each picture at the end."""
        return self.steps[-1].output_sizes_hw if self.steps else self.sizes_hw

    def generator(self, step: Step, row: int) -> np.random.Generator:
        """A sample's own random generator for one step: a function of (seed, epoch, id, copy, key)."""
        return generator_of(step, self.seed, self.epoch, self.words[row], int(self.copies[row]))

    @property
    def ids(self) -> list[str]:
        """The samples' ids, 32 hexadecimal digits each."""
        digits = self.words.astype(">u8").tobytes().hex()
        return [digits[start : start + 32] for start in range(0, len(digits), 32)]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        ours, theirs = self._meta(), other._meta()
        if ours != theirs:
            return False
        mine, others = dict(self._arrays()), dict(other._arrays())
        return mine.keys() == others.keys() and all(np.array_equal(mine[name], others[name]) for name in mine)

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        names = [step.key for step in self.steps]
        lines = [["id", "copy", "height×width", *names]]
        for row in range(min(len(self), _TABLE_ROWS)):
            height, width = self.sizes_hw[row]
            cells = [_cell(step, row) for step in self.steps]
            lines.append([self.ids[row][:8], str(self.copies[row]), f"{height}×{width}", *cells])
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        text = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
        if len(self) > _TABLE_ROWS:
            text.append(f"… {len(self) - _TABLE_ROWS:,} more")
        return "\n".join([f"Plan of {len(self):,} samples, seed {self.seed}, epoch {self.epoch}", *text])

    def save(self, path: str | Path) -> None:
        """Write the plan, as JSON or NPZ, whichever the name ends in.

        Raises:
            InputError: another ending.
            OutputError: the place cannot be written, or holds something else.
        """
        path = Path(path)
        if _kind(path) == ".npz":
            file = io.BytesIO()
            np.savez(file, allow_pickle=False, meta=np.array(json.dumps(self._meta())), **dict(self._arrays()))
            content = file.getvalue()
        else:
            arrays = {name: values.tolist() for name, values in self._arrays()} | {"words": self.ids}
            content = (json.dumps({"meta": self._meta(), "arrays": arrays}) + "\n").encode()
        if path.exists():
            if path.is_file() and path.read_bytes() == content:
                return
            raise OutputError(f"{path} exists and holds something else; {free_name(path)} is free")
        write_file(path, content)

    @classmethod
    def load(cls, path: str | Path) -> "Plan":
        """Read a plan that `save` wrote. No code is run.

        Raises:
            InputError: the file is missing, or is no plan, or names a transform that is not known.
        """
        path = Path(path)
        try:
            meta, arrays = _read(path)
            return cls._from_record(meta, arrays)
        except FileNotFoundError as error:
            raise InputError(f"{path} is missing") from error
        except _DAMAGE as error:
            raise InputError(f"{path} is not a plan that hardy can read: {error}; save it again") from error

    def _meta(self) -> dict[str, Any]:
        steps = [{"transform": step.transform.to_config(), "key": step.key, "apart": step.apart} for step in self.steps]
        return {"format": _FORMAT, "seed": self.seed, "epoch": self.epoch, "steps": steps}

    def _arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        yield "words", self.words
        yield "copies", self.copies
        yield "sizes_hw", self.sizes_hw
        for position, step in enumerate(self.steps):
            yield f"{position}.applied", step.applied
            for name, values in step.parameters.items():
                yield f"{position}.{name}", values

    @classmethod
    def _from_record(cls, meta: dict[str, Any], arrays: dict[str, Any]) -> "Plan":
        from hardy.augmentation import TRANSFORMS  # the package's dict names all transforms and this file

        if meta["format"] != _FORMAT:
            raise InputError(f"the format is {meta['format']!r}, expected {_FORMAT!r}")
        count = len(arrays["words"])
        given = sizes = _array(arrays, "sizes_hw", np.dtype(np.int64), (count, 2))
        steps: list[Step] = []
        for position, entry in enumerate(meta["steps"]):
            transform = from_config(entry["transform"], TRANSFORMS)
            empty = transform.parameters(np.zeros((0, transform.draws)), sizes[:0])
            applied = _array(arrays, f"{position}.applied", np.dtype(bool), (count,))
            parameters = {
                name: _array(arrays, f"{position}.{name}", values.dtype, (count, *values.shape[1:]))
                for name, values in empty.items()
            }
            steps.append(Step(transform, str(entry["key"]), applied, parameters, sizes, bool(entry["apart"])))
            sizes = steps[-1].output_sizes_hw
        return cls(
            _array(arrays, "words", np.dtype(np.uint64), (count, 2)),
            _array(arrays, "copies", np.dtype(np.int64), (count,)),
            int(meta["epoch"]),
            int(meta["seed"]),
            given,
            tuple(steps),
        )


def generator_of(step: Step, seed: int, epoch: int, words: UInt64[np.ndarray, "2"], copy: int) -> np.random.Generator:
    """One sample's random generator for one step; one that nobody draws from where the transform needs none."""
    if not getattr(step.transform, "needs_generator", True):
        return _UNUSED
    return generator(seed, epoch, words, copy, f"{step.key} generator")


_DAMAGE = (
    *(OSError, EOFError, zipfile.BadZipFile),
    *(ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError),
    *(MemoryError, RecursionError, NotImplementedError),  # what a damaged header asks NumPy and zipfile for
)


def _kind(path: Path) -> str:
    if path.suffix.lower() not in (".json", ".npz"):
        raise InputError(f"{path}: a plan is saved as .json or .npz, expected a name with one of these endings")
    return path.suffix.lower()


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    if _kind(path) == ".npz":
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        return json.loads(str(arrays.pop("meta"))), arrays
    record = json.loads(path.read_bytes())
    words = id_words(record["arrays"]["words"])
    return record["meta"], {**record["arrays"], "words": words}


def _array(arrays: dict[str, Any], name: str, dtype: np.dtype, shape: tuple[int, ...]) -> np.ndarray:
    """One array as it should be: an array of no rows has lost its dtype and its shape in JSON."""
    found = np.asarray(arrays[name])
    if found.size == 0 and 0 in shape:
        return np.empty(shape, dtype)
    if found.shape != shape or not np.can_cast(found.dtype, dtype, "same_kind"):
        raise InputError(f"{name}: expected {dtype} {shape}, got {found.dtype} {found.shape}")
    return found.astype(dtype)


def _cell(step: Step, row: int) -> str:
    if not step.applied[row]:
        return "–"
    return ", ".join(f"{name} {_shown(value)}" for name, value in step.row(row).items()) or "yes"


def _shown(value: Any) -> str:
    return (
        f"{value:g}"
        if np.ndim(value) == 0
        else f"{np.shape(value)}"
        if np.size(value) > _TABLE_NUMBERS
        else ("[" + " ".join(f"{item:g}" for item in np.ravel(value)) + "]")
    )
