"""Write docs/transforms.md and its pictures from the docstrings; `tests/docs/test_transforms.py` asks for it when they
differ."""

import inspect
import re
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image

import hardy.augmentation as h
from hardy.augmentation.colour import COLOUR
from hardy.augmentation.combining import COMBINING, Combination
from hardy.augmentation.erasing import ERASING
from hardy.augmentation.erasing.holes import Erasing
from hardy.augmentation.filters import FILTERS
from hardy.augmentation.geometry import GEOMETRY
from hardy.augmentation.kinds import Moving
from hardy.augmentation.mixing import MIXING
from hardy.augmentation.noise import NOISE
from hardy.augmentation.policies import POLICIES

HERE = Path(__file__).parent
FOLDER = "transforms"
SIDE = 96  # pixels
COLOURS = 64  # in a picture's palette, so that all of them stay under a megabyte
IDS = ["0" * 31 + "1", "0" * 31 + "4"]

SECTIONS: dict[str, dict[str, Any]] = {
    "Geometry": GEOMETRY,
    "Tone and colour": COLOUR,
    "Filters": FILTERS,
    "Noise and loss": NOISE,
    "Erasing": ERASING,
    "Policies": POLICIES,
    "Mixing": MIXING,
    "Combining": COMBINING,
}

INTRO = f"""\
# Transforms

Made from the docstrings by `python docs/write_transforms.py`. How they are put together:
[augmentation.md](augmentation.md).

Each picture shows two draws of what the line of code above it says, from this one (Chelsea, by Stéfan van der Walt,
CC0, as scikit-image ships it):

![the picture as it is]({FOLDER}/original.png)
"""

# What is shown, where the defaults would show nothing or cannot be called: ranges that are plain to see.
SHOWN: dict[str, dict[str, Any]] = {
    "Affine": {"rotate": (-30, 30), "shear": (-15, 15), "border_mode": "reflect"},
    "AlphaBeta": {"alpha": 0.5, "beta": 0.3},
    "AugMix": {"severity": 8},
    "Brightness": {"factor": 0.6},
    "CenterCrop": {"height": 64, "width": 64},
    "ChannelMultiply": {"multiplier": 0.5},
    "ColorTemperature": {"temperature_limit": (2000, 20000)},
    "Contrast": {"factor": 0.8},
    "Defocus": {"radius": (2, 4)},
    "Downscale": {"scale_range": (0.2, 0.4)},
    "ElasticTransform": {"alpha": 200, "sigma": 8},
    "Gamma": {"gamma_limit": (40, 250)},
    "GaussianBlur": {"sigma_limit": (1, 3)},
    "GaussianNoise": {"std_range": (0.05, 0.155)},
    "HueSaturation": {"hue_shift_limit": 60, "sat_shift_limit": 150},
    "JpegCompression": {"quality_range": (4, 15)},
    "MotionBlur": {"blur_limit": (9, 15)},
    "OneOf": {"transforms": [h.VerticalFlip(), h.Invert()]},
    "PadIfNeeded": {"min_height": 112, "min_width": 112},
    "PolicyMove": {"operation": "ShearX", "magnitudes": [0.3]},
    "PolicyTone": {"operation": "Solarize", "magnitudes": [85, 170]},
    "Perspective": {"scale": (0.1, 0.2)},
    "Posterize": {"num_bits": (1, 3)},
    "RandomBrightnessContrast": {"brightness_limit": 0.3, "contrast_limit": 0.5},
    "RandomCrop": {"height": 64, "width": 64},
    "RandomResizedCrop": {"size": (96, 96)},
    "Resize": {"height": 48, "width": 72},
    "Rotate": {"limit": "incline"},
    "Sharpen": {"alpha": (0.5, 1.0)},
    "Sharpness": {"factor": (0, 4)},
    "Solarize": {"threshold_range": (0.3, 0.7)},
    "SomeOf": {"transforms": [h.VerticalFlip(p=1), h.Invert(p=1), h.Rotate((20, 20), p=1)], "n": 2},
    "Sometimes": {"transforms": [h.VerticalFlip(p=1), h.Invert(p=1)]},
    "SpeckleNoise": {"std_range": (0.2, 0.5)},
    "ToneCurve": {"multiplier": 0.5, "smooth": True},
    "Translate": {"fraction": 0.3, "border_mode": "wrap"},
}
NOT_ALWAYS = ("OneOf", "Sometimes", "Identity")  # p stays what it is


def text() -> str:
    """The whole page."""
    parts = [INTRO]
    for title, transforms in SECTIONS.items():
        parts.append(f"\n## {title}\n")
        parts += [_entry(name, kind) for name, kind in transforms.items()]
    return "".join(parts)


def pictures() -> dict[str, np.ndarray]:
    """Every picture by its file's name."""
    own = original()
    found = {"original.png": own}
    for transforms in SECTIONS.values():
        for name, kind in transforms.items():
            found[f"{name}.png"] = _mixed(kind(), own) if name in MIXING else _drawn(_example(name, kind), own)
    return found


def original() -> np.ndarray:
    """The cat's face."""
    import skimage.data

    face = PIL.Image.fromarray(skimage.data.chelsea()[:300, 70:370])
    return np.asarray(face.resize((SIDE, SIDE), PIL.Image.Resampling.BOX))


def palette(image: np.ndarray) -> PIL.Image.Image:
    """As it is written."""
    return PIL.Image.fromarray(image).quantize(COLOURS, PIL.Image.Quantize.MEDIANCUT, dither=PIL.Image.Dither.NONE)


def _entry(name: str, kind: Any) -> str:
    body, sections = _docstring(kind)
    arguments = "".join(f"- `{name}`: {meaning}\n" for name, meaning in _arguments(sections.get("Args", ""), kind))
    source = f"\nSource: {sections['Source']}\n" if "Source" in sections else ""
    return (
        f"\n### {name}\n\n{body}\n\n`{_call(name)}`\n\n![{name}]({FOLDER}/{name}.png)\n\n{arguments}"
        f"\nMasks, boxes, keypoints: {_targets(kind)}\n{source}"
    )


def _docstring(kind: Any) -> tuple[str, dict[str, str]]:
    """What comes before the sections, and the sections by name."""
    parts = re.split(r"^(Args|Raises|Example|Source):", inspect.getdoc(kind) or "", flags=re.M)
    sections = {name: inspect.cleandoc(rest) for name, rest in zip(parts[1::2], parts[2::2], strict=True)}
    if "Source" in sections:
        sections["Source"] = " ".join(sections["Source"].split())
    return parts[0].strip(), sections


def _arguments(section: str, kind: Any) -> list[tuple[str, str]]:
    """(name=default, meaning) of each."""
    signature = inspect.signature(kind).parameters
    found = []
    for name, meaning in re.findall(r"^(\w+): (.*?)(?=^\w+: |\Z)", section, re.M | re.S):
        default = signature[name].default
        shown = name if default is inspect.Parameter.empty else f"{name}={default!r}"
        found.append((shown, " ".join(meaning.split())))
    return found


def _example(name: str, kind: Any) -> Any:
    arguments = SHOWN.get(name, {})
    return kind(**arguments) if name in NOT_ALWAYS else kind(**arguments, p=1)


def _call(name: str) -> str:
    """The line of code whose draws are shown."""
    arguments = SHOWN.get(name, {}) | ({} if name in NOT_ALWAYS or name in MIXING else {"p": 1})
    return f"{name}({', '.join(f'{argument}={_shown(value)}' for argument, value in arguments.items())})"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, h.Transform):
        ((name, arguments),) = value.to_config().items()
        usual = type(value)(**_needed(value)).to_config()[name]
        given = [f"{key}={each!r}" for key, each in arguments.items() if usual.get(key) != each]
        return f"{name}({', '.join(given)})"
    return repr(value)


def _needed(value: Any) -> dict[str, Any]:
    """The arguments that have no default."""
    signature = inspect.signature(type(value)).parameters.values()
    return {each.name: getattr(value, each.name) for each in signature if each.default is inspect.Parameter.empty}


def _targets(kind: Any) -> str:
    if kind in MIXING.values():
        return "not mixed; labels are."
    if issubclass(kind, Combination):
        return "as the transforms in it do."
    if getattr(kind, "moves", False):
        return "refused."
    if issubclass(kind, Moving):
        return "move with the picture."
    if issubclass(kind, Erasing):
        return "masks are filled where `fill_mask` is given; boxes and keypoints stay."
    return "stay as they are."


def _drawn(transform: Any, own: np.ndarray) -> np.ndarray:
    """Two draws side by side, on white."""
    alter = h.Compose([transform], seed=2)
    found = [alter(image=own, id=name)["image"] for name in IDS]
    height, gap = max(image.shape[0] for image in found), 4
    room = np.full((height, sum(image.shape[1] for image in found) + gap, 3), 255, np.uint8)
    left = 0
    for image in found:
        room[: image.shape[0], left : left + image.shape[1]] = image
        left += image.shape[1] + gap
    return room


def _mixed(mixing: Any, own: np.ndarray) -> np.ndarray:
    """Mixed with itself, upside down and turned around."""
    images = np.stack([own, own])
    mixture = mixing.plan(IDS, 10, own.shape[:2], seed=6)
    mixed = mixing.mix(images, 255 - images[:, ::-1], mixture)
    return np.concatenate([mixed[0], np.full((SIDE, 4, 3), 255, np.uint8), mixed[1]], axis=1)


if __name__ == "__main__":
    (HERE / "transforms.md").write_text(text(), encoding="utf-8")
    (HERE / FOLDER).mkdir(exist_ok=True)
    wanted = pictures()
    for stray in set((HERE / FOLDER).glob("*.png")) - {HERE / FOLDER / name for name in wanted}:
        stray.unlink()
    for name, image in wanted.items():
        palette(image).save(HERE / FOLDER / name, optimize=True)
