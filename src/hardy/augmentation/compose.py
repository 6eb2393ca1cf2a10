"""Transforms in order, and the numbers for them: a pure function of seed, epoch, sample, copy and transform."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from jaxtyping import Bool, Float64, Int64, UInt64

from hardy.augmentation.alter import alter
from hardy.augmentation.combining import Combination, UserFunction, as_transform
from hardy.augmentation.mixing import Mixing
from hardy.augmentation.nodes import nodes_of
from hardy.augmentation.plan import Plan, Step
from hardy.augmentation.policy_file import read_policy, to_yaml, write_policy
from hardy.augmentation.program import Program
from hardy.augmentation.registry import from_config
from hardy.augmentation.samples import copies_of, described, sizes_of, words_of
from hardy.augmentation.single import Single
from hardy.augmentation.transform import Transform
from hardy.errors import InputError, ShapeError
from hardy.rng import stream_keys
from hardy.rng_kernels import fill_uniform


class Compose:
    """Transforms, one after the other.

    Args:
        transforms: in the order in which they act; the last may be a `MixUp` or `CutMix`, for batches.
        seed: of all their random numbers.

    Attributes:
        transforms: what is done to each picture by itself.
        mixing: what is done to pairs of them afterwards, where batches are made; None for nothing.

    Raises:
        InputError: something in the list is no transform, something stands after a mixing, or two share a key.

    Example:
        >>> from hardy.augmentation import HorizontalFlip, Translate
        >>> alter = Compose([Translate(fraction=0.1), HorizontalFlip()], seed=0)
        >>> alter(image=np.zeros((17, 11, 3), np.uint8))["image"].shape
        (17, 11, 3)
        >>> Compose.load("[Translate: {fraction: 0.1}, HorizontalFlip]") == alter
        True

    Source: the shape of the call is Albumentations' `Compose`; the random numbers are ours (`hardy.rng`): which
    transforms stand before or after, the size of a batch, its order and threads change no transform's numbers.
    """

    def __init__(self, transforms: Sequence[Transform | Mixing | Callable[..., Any]], seed: int = 0) -> None:
        given = [as_transform(item) for item in transforms]
        last = given[-1] if given else None
        self.mixing: Mixing | None = last if isinstance(last, Mixing) else None
        wrapped = given[:-1] if self.mixing else given
        for transform, following in zip(wrapped, [*given[1:], None], strict=False):
            if isinstance(transform, Mixing):
                name, after = type(transform).__name__, type(following).__name__
                raise InputError(f"Compose: {name} mixes finished pictures; it comes last, and {after} stands after it")
            if not isinstance(transform, Transform):
                raise InputError(f"Compose: expected transforms such as HorizontalFlip(), got {transform!r}")
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer):
            raise InputError(f"Compose(seed=…): expected a whole number, got {seed!r}")
        self.transforms: tuple[Transform, ...] = tuple(wrapped)
        self.seed = int(seed)
        self._nodes = tuple(nodes_of(self.transforms))
        self.keys = tuple(node.key for node in self._nodes)
        self._counts = np.array([1 + node.draws for node in self._nodes], np.int64)
        mixing = () if self.mixing is None else (self.mixing.stream,)
        for key, count in Counter((*self.keys, *mixing)).items():
            if count > 1:
                raise InputError(f"Compose: {count} transforms have the key {key!r} and would draw the same numbers")
        self._calls = 0
        self._program: Program | None = None
        self._looked = not self.transforms or not Program.knows(self.transforms)  # whether there is a program
        self._single: Single | None = None
        self._sought = False  # whether there is a single
        self._lock = threading.Lock()

    @property
    def stages(self) -> tuple[Transform | Mixing, ...]:
        """The transforms, and the mixing where there is one."""
        return self.transforms if self.mixing is None else (*self.transforms, self.mixing)

    def __len__(self) -> int:
        return len(self.stages)

    def __iter__(self) -> Iterator[Transform | Mixing]:
        return iter(self.stages)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Compose):
            return NotImplemented
        return self.stages == other.stages and self.seed == other.seed

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Compose([{', '.join(map(repr, self.stages))}], seed={self.seed})"

    def __reduce__(self) -> Any:
        return Compose, (self.stages, self.seed)  # a lock cannot be sent to another process

    def plan(
        self,
        ids: list[str] | UInt64[np.ndarray, "n 2"],
        epoch: int = 0,
        sizes_hw: Any = None,
        copies: Any = None,
    ) -> Plan:
        """Draw every number for what is done to each picture of a batch; pairs are for `mixing.plan`.

        Args:
            ids: 32 hexadecimal digits each, or the words that `hardy.rng.id_words` makes of them.
            epoch: counted from 0.
            sizes_hw: (height, width) of all pictures, or an array with a row for each.
            copies: which copy of its sample each is; 0, the original, by default.

        Returns:
            One step for each transform, those within combinations included.

        Raises:
            InputError: ids, sizes or copies are not as described.

        Example:
            >>> from hardy.augmentation import Translate
            >>> plan = Compose([Translate(pixels=3)]).plan(["ab" * 16], sizes_hw=(17, 11))
            >>> sorted(plan.steps[0].parameters)
            ['shift_x', 'shift_y']
        """
        words = words_of(ids)
        given = sizes_of(sizes_hw, len(words))
        numbers = copies_of(copies, len(words))
        if not self._looked:
            self._looked = True  # the plan that it is made from has none
            self._program = Program.of(self.transforms, self.plan(words[:1], epoch, (8, 8)))
        if self._program is not None:
            drawn = self._program.draw(words, numbers, int(epoch), self.seed, given)
            drawn.__dict__["single"] = self._single
            return drawn
        return self._plan(words, numbers, epoch, given)

    def _plan(
        self,
        words: UInt64[np.ndarray, "n 2"],
        numbers: Int64[np.ndarray, "n"],
        epoch: int,
        given: Int64[np.ndarray, "n 2"],
    ) -> Plan:
        """The general way."""
        sizes = given
        uniform = self._draw(words, numbers, epoch)
        steps: list[Step] = []
        chosen: dict[str, Bool[np.ndarray, "n t"]] = {}
        for node, row in zip(self._nodes, uniform, strict=True):
            applied = row[:, 0] < node.transform.p
            if node.within is not None:
                own = chosen[node.within][:, node.place]
                applied = own if node.forced else own & applied
            if isinstance(node.transform, Combination):
                choice = node.transform.choose(row[:, 1 : 1 + node.draws])
                chosen[node.key] = choice & applied[:, None]
                continue
            parameters = node.transform.parameters(row[:, 1 : 1 + node.draws], sizes)
            steps.append(Step(node.transform, node.key, applied, parameters, sizes, node.apart))
            sizes = steps[-1].output_sizes_hw
        plan = Plan(words, numbers, int(epoch), self.seed, given, tuple(steps))
        if not self._sought and len(words):
            if not any(isinstance(node.transform, Combination | UserFunction) for node in self._nodes):
                self._single = Single.of(plan)
            self._sought = True
        plan.__dict__["single"] = self._single  # what is made of the plan later has none
        return plan

    def _draw(
        self, words: UInt64[np.ndarray, "n 2"], copies: Int64[np.ndarray, "n"], epoch: int
    ) -> Float64[np.ndarray, "t n draws"]:
        """What `hardy.rng.draw` gives for each key, for all keys in one call."""
        out = np.empty((len(self._nodes), len(words), int(self._counts.max(initial=1))))
        fill_uniform(stream_keys(self.seed, epoch, self.keys), words, copies, self._counts, out)
        return out

    def __call__(
        self,
        *,
        image: np.ndarray,
        mask: Any = None,
        boxes: Any = None,
        keypoints: Any = None,
        box_format: str = "pascal_voc",
        id: str | None = None,
        epoch: int = 0,
        copy: int | None = None,
        **unsupported: Any,
    ) -> dict[str, Any]:
        """Alter one picture and what belongs to it: the same numbers as in a batch and in a loader.

        Of masks, boxes and keypoints there may be several: a dict of them is answered with a dict.

        Args:
            image: (height, width, channels), uint8 0..255, uint16 0..65535 or float32 0..1.
            mask: (height, width) or (height, width, channels) of any dtype; moved with the picture, the nearest pixel
                where a transform's `mask_interpolation` says no other, its `fill_mask` outside.
            boxes: rows of four numbers in pixels or shares, as `box_format` says; what follows them in a row is kept.
                The box around what each has become, cut off at the rim; those that have left the picture are left out.
            keypoints: rows (x, y), (0, 0) in the middle of the top left pixel; what follows them in a row is kept.
                They may lie outside afterwards.
            box_format: "pascal_voc" (left, top, right, bottom), "coco" (left, top, width, height), "yolo" (middle and
                size as shares), "albumentations" (Pascal VOC as shares).
            id: the sample's. Without one it is the hash of the pixels, and every call draws anew.
            epoch: counted from 0.
            copy: which copy of the sample; 0 by default where an id is given.

        Returns:
            "image", and "mask", "keypoints", "boxes" where they were given: new arrays. With boxes "boxes_kept", the
            positions of those that are left, and "boxes_clipped", how many of the given ones reached over the rim.

        Raises:
            InputError: the arguments are not as described, a transform cannot move what is given, or the policy mixes
                pictures, and one has no partner.

        Example:
            >>> from hardy.augmentation import HorizontalFlip
            >>> flip = Compose([HorizontalFlip(p=1)])
            >>> found = flip(image=np.zeros((17, 11, 3), np.uint8), boxes=[[0, 2, 4, 9]], keypoints=[[0, 5]])
            >>> found["boxes"].tolist(), found["keypoints"].tolist()
            ([[7.0, 2.0, 11.0, 9.0]], [[10.0, 5.0]])
        """
        if unsupported:
            names = ", ".join(f"{name}=" for name in sorted(unsupported))
            raise InputError(f"{names} is not known; expected image=, mask=, boxes=, keypoints=")
        if not isinstance(image, np.ndarray) or image.ndim != 3:
            raise ShapeError(f"image: expected an array (height, width, channels), got {described(image)}")
        if self.mixing is not None:
            name = type(self.mixing).__name__
            raise InputError(f"{name} mixes two pictures of a batch, and one has none")
        if id is None:
            id = xxhash.xxh3_128_hexdigest(np.ascontiguousarray(image).data)
            copy = self._next_copy() if copy is None else copy
        if mask is None and boxes is None and keypoints is None and image.dtype == np.uint8:
            found = self._alone(image, id, copy or 0, epoch)
            if found is not None:
                return {"image": found}
        plan = self.plan([id], epoch, image.shape[:2], [copy or 0])
        return alter(plan, image, mask, boxes, keypoints, box_format)

    def _alone(self, image: np.ndarray, id: Any, copy: Any, epoch: int) -> np.ndarray | None:
        """One picture by the shortest way, where there is one."""
        if not self._sought:
            self._plan(words_of([id]), copies_of([copy], 1), epoch, sizes_of(image.shape[:2], 1))
        return None if self._single is None else self._single(image, id, copy, epoch)

    def _next_copy(self) -> int:
        with self._lock:
            self._calls += 1
            return self._calls - 1

    def to_config(self) -> list[dict[str, dict[str, Any]]]:
        """Plain data: a list of `{name: arguments}`, without the seed."""
        return [stage.to_config() for stage in self.stages]

    def to_yaml(self) -> str:
        """The list as YAML, which `load` reads."""
        return to_yaml(self.to_config())

    def save(self, path: str | Path) -> None:
        """Write the list, as YAML or JSON, whichever the name ends in.

        Raises:
            InputError: another ending, or a function among the transforms.
            OutputError: the place cannot be written, or holds something else.
        """
        write_policy(Path(path), self.to_config())

    @classmethod
    def from_config(cls, config: Any, seed: int = 0) -> "Compose":
        """Make a Compose from plain data.

        Args:
            config: a list of `{name: arguments}` or names.
            seed: of all random numbers.

        Raises:
            InputError: a name or an argument is not known or wrong; what is known is listed.
        """
        from hardy.augmentation import MIXING, TRANSFORMS  # the package's dict names all transforms and this file

        if not isinstance(config, list | tuple):
            raise InputError(f"expected a list of transforms, as in [Invert: {{p: 0.1}}], got {config!r}")
        known: dict[str, Any] = {**TRANSFORMS, **MIXING}
        return cls([from_config(item, known) for item in config], seed)

    @classmethod
    def load(cls, text_or_path: str | Path, seed: int = 0) -> "Compose":
        """Make a Compose from YAML or JSON: a file that ends in .yaml, .yml or .json, or the text itself.

        Raises:
            InputError: the file is missing, the text is not YAML, or `from_config` refuses it; the message says in
                which line.
        """
        return read_policy(text_or_path, lambda config: cls.from_config(config, seed))
