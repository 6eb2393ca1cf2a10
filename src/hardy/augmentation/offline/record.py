"""What was done to one altered copy, as a line of JSON, and back to a plan.

    {"copy": 1, "steps": {"Rotate#0": {"angle": 12.3}, "HorizontalFlip#0": {}}}

Only the steps that are applied stand there. What is recorded is what is carried out: plans of copies are made from
these texts, whether they were drawn just now or read from a file.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from jaxtyping import Int64, UInt64

from hardy.augmentation.compose import Compose
from hardy.augmentation.plan import Plan, Step
from hardy.errors import InputError


def drawn(
    policy: Compose,
    words: UInt64[np.ndarray, "n 2"],
    copies: Int64[np.ndarray, "n"],
    sizes_hw: Int64[np.ndarray, "n 2"],
) -> list[str]:
    """Draw the numbers of some copies.

    Args:
        policy: what is done; its seed, epoch 0.
        words: the parents' ids, as `hardy.rng.id_words` gives them.
        copies: which copy each is.
        sizes_hw: of the parents.

    Example:
        >>> from hardy.augmentation import Invert, Translate
        >>> from hardy.rng import id_words
        >>> policy = Compose([Translate(pixels=3, p=1), Invert(p=0)])
        >>> drawn(policy, id_words(["ab" * 16]), np.array([1]), np.array([[17, 11]]))
        ['{"copy":1,"steps":{"Translate#0":{"shift_x":1,"shift_y":0}}}']
    """
    plan = policy.plan(words, 0, sizes_hw, copies)
    columns = [
        (step.key, step.applied.tolist(), {name: values.tolist() for name, values in step.parameters.items()})
        for step in plan.steps
    ]
    return [
        json.dumps(
            {
                "copy": copy,
                "steps": {
                    key: {name: values[row] for name, values in parameters.items()}
                    for key, applied, parameters in columns
                    if applied[row]
                },
            },
            separators=(",", ":"),
        )
        for row, copy in enumerate(plan.copies.tolist())
    ]


def recorded(
    policy: Compose, words: UInt64[np.ndarray, "n 2"], texts: Sequence[str], sizes_hw: Int64[np.ndarray, "n 2"]
) -> Plan:
    """The plan that some texts say.

    Args:
        policy: that they were drawn from.
        words: the parents' ids.
        texts: as `drawn` gives them.
        sizes_hw: of the parents.

    Raises:
        InputError: a text is not of this policy.
    """
    entries = [_parsed(text) for text in texts]
    copies = np.array([entry["copy"] for entry in entries], np.int64)
    plan = policy.plan(words, 0, sizes_hw, copies)
    known = {step.key for step in plan.steps}
    for entry in entries:
        if unknown := entry["steps"].keys() - known:
            raise InputError(f"{', '.join(sorted(unknown))}: the policy has no such transform")
    steps: list[Step] = []
    sizes = plan.sizes_hw
    for step in plan.steps:
        told = _told(step, [entry["steps"].get(step.key) for entry in entries])
        steps.append(replace(told, sizes_hw=sizes))
        sizes = steps[-1].output_sizes_hw
    return replace(plan, steps=tuple(steps))


def _told(step: Step, rows: list[dict[str, Any] | None]) -> Step:
    """A step with the recorded numbers where it is applied; the others decide nothing."""
    applied = np.array([row is not None for row in rows], bool)
    parameters = {name: values.copy() for name, values in step.parameters.items()}
    for place, row in enumerate(rows):
        if row is None:
            continue
        if row.keys() != parameters.keys():
            raise InputError(f"{step.key}: expected the numbers {', '.join(parameters)}, got {', '.join(row)}")
        for name, value in row.items():
            parameters[name][place] = _as(parameters[name][place], value, f"{step.key}: {name}")
    return replace(step, applied=applied, parameters=parameters)


def _as(like: Any, value: Any, what: str) -> np.ndarray:
    try:
        found = np.asarray(value)
    except ValueError as error:  # lists of different lengths
        raise InputError(f"{what}: {error}") from error
    if found.shape != np.shape(like) or not np.can_cast(found.dtype, like.dtype, "same_kind"):
        raise InputError(f"{what}: expected {like.dtype} {np.shape(like)}, got {value!r}")
    return found


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
        if type(value["copy"]) is int and all(isinstance(entry, dict) for entry in value["steps"].values()):
            return value
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise InputError(f"expected a plan such as {{'copy': 1, 'steps': {{…}}}}, got {str(text)[:80]!r}")
