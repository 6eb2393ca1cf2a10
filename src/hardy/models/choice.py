"""`--model auto`: which network, why, and what is given up by having no pretrained weights."""

from dataclasses import dataclass

from hardy.errors import InputError
from hardy.models import ARCHITECTURES
from hardy.models.layer_table import layer_table

SMALL_PX = 48
"""Pictures up to this size keep their size in the first layers; the networks for ImageNet would throw most away."""

RATES = {"cpu": 8e10, "gpu": 5e12}
"""Multiply-adds a second that training reaches: of one processor (measured, AVX-512), of a graphics card (taken)."""

LIGHT = ("conv-16-32", "mobilenet-v3-small", "efficientnet-b0")
"""Networks that wait for memory rather than multiply: a fifth of that (measured likewise: 1.5 to 1.6e10)."""

PASSES = 3
"""Forward, and backward to weights and to inputs."""

FEW, MANY = 2_000, 50_000
"""Training pictures below which only small networks are considered, and from which large ones are."""


@dataclass(frozen=True)
class Choice:
    """A network, and the words for it.

    Args:
        name: of the model.
        minutes: that the training is estimated to take.
        reasons: why this one, line by line.
        given_up: what pretrained weights would change.
    """

    name: str
    minutes: float
    reasons: tuple[str, ...]
    given_up: str


def choose_model(
    size_hw: tuple[int, int],
    channels: int,
    classes: int,
    images: int,
    epochs: int,
    budget_minutes: float = 10.0,
    processors: int = 1,
    gpu: bool = False,
) -> Choice:
    """The most able network that size, number of pictures and budget allow.

    The same question has the same answer: nothing is measured.

    Args:
        size_hw: (height, width) of the pictures as the network sees them.
        channels: 1 or 3.
        classes: how many.
        images: to train on.
        epochs: passes over them.
        budget_minutes: that the training may take.
        processors: to train on.
        gpu: whether there is one.

    Raises:
        InputError: the budget is not above 0.

    Example:
        >>> choose_model((32, 32), 3, 10, 45_000, 10, budget_minutes=60, gpu=True).name
        'resnet-9'
    """
    if not budget_minutes > 0:
        raise InputError(f"the budget must be above 0 minutes, got {budget_minutes}")
    speed = RATES["gpu"] if gpu else RATES["cpu"] * processors
    where = "a graphics card" if gpu else f"{processors} processor{'s' if processors > 1 else ''}"
    candidates = _candidates(size_hw, images)
    minutes = {name: _minutes(name, size_hw, channels, classes, images * epochs, speed) for name in candidates}
    fitting = [name for name in candidates if minutes[name] <= budget_minutes]
    name = fitting[-1] if fitting else min(candidates, key=minutes.__getitem__)
    kind = "small pictures" if max(size_hw) <= SMALL_PX else "pictures of this size"
    reasons = [f"{name}: {size_hw[0]}×{size_hw[1]} are {kind}, for which {', '.join(candidates)} are considered"]
    if images < FEW:
        reasons.append(f"{images:,} training pictures are few: a large network would learn them by heart")
    reasons.append(
        f"about {_in_words(minutes[name])} for {epochs} epochs on {where}, of {budget_minutes:g} min"
        + ("" if fitting else "; nothing considered is faster, so it will take longer than that")
    )
    passed = [each for each in candidates[candidates.index(name) + 1 :] if each not in fitting]
    if passed:
        reasons.append(f"{passed[0]} would take about {_in_words(minutes[passed[0]])}; --budget allows it")
    return Choice(name, minutes[name], tuple(reasons), _given_up(size_hw, images))


def _candidates(size_hw: tuple[int, int], images: int) -> list[str]:
    """From the fastest to the most able."""
    if max(size_hw) <= SMALL_PX:
        names = ["conv-16-32", "whitening-cnn"] if images < FEW else ["conv-16-32", "whitening-cnn", "resnet-9"]
    elif images < FEW:
        names = ["mobilenet-v3-small", "whitening-cnn"]
    else:
        names = ["mobilenet-v3-small", "efficientnet-b0", "resnet-18"]
        if images >= MANY:
            names += ["resnet-34", "resnet-50"]
    allowed = [name for name in names if ARCHITECTURES[name].smallest <= min(size_hw)]
    return allowed or ["dense-512"]


def _minutes(name: str, size_hw: tuple[int, int], channels: int, classes: int, pictures: int, speed: float) -> float:
    table = layer_table(ARCHITECTURES[name], channels, size_hw, classes)
    seconds = table.multiply_adds * PASSES * pictures / speed
    return (5 if name in LIGHT else 1) * seconds / 60


def _in_words(minutes: float) -> str:
    if minutes < 1:
        return f"{max(1, round(minutes * 60))} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _given_up(size_hw: tuple[int, int], images: int) -> str:
    if max(size_hw) <= SMALL_PX:
        return (
            "without pretrained weights it begins from nothing; a run on more pictures of the same kind would be one "
            "to begin from: --weights RUN --freeze features"
        )
    much = "very likely better" if images < FEW else "likely better" if images < MANY else "sooner there"
    return (
        "without pretrained weights it begins from nothing; a network that has learned ImageNet would be "
        f"{much} on {images:,} pictures: --model resnet-50 --weights FILE.pth --freeze features"
    )
