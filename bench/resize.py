"""Our resize against Pillow, OpenCV and torchvision, to 224×224 on one thread: time, and nearness to the truth.

    HARDY_DATA=… python bench/resize.py            about three minutes
    HARDY_DATA=… python bench/resize.py --quick    under a minute

`name value unit | peer value | ratio [its 95% interval]`; over 1 we are faster. PSNR is against two float64 references:
the mean over the area that each pixel covers, and a Lanczos window of three lobes; both without rounding in between.
The limit is what one pass over the source's bytes takes, which no resize can go below: NumPy's `max`, in vectors.
torchvision is measured where it can be imported (`pip install --no-deps torchvision`): its operators are declared by
hand, so that its compiled part need not fit this torch. It is given channels-last uint8 tensors, its fastest way.
"""

import argparse
import sys
from functools import partial
from importlib.metadata import version

import cv2
import numpy as np
import photos
import PIL.Image
from pairs import keep, report, time_pair

from hardy.pixels.decode import decode
from hardy.pixels.resize import resize

VERSIONS = {name: version(name) for name in ("opencv-python-headless", "pillow", "numpy", "numba")}
SIZE_HW = (224, 224)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a second a pair")
    seconds = 1.0 if parser.parse_args().quick else 5.0
    cv2.setNumThreads(1)
    vision = torchvision_resize()
    print("; ".join(f"{name} {number}" for name, number in VERSIONS.items()), "; one thread each")
    for title, data in (("500×375", photos.small_jpeg()), ("3000×2000", photos.large_jpeg())):
        image = decode(data).pixels
        area, lanczos = (reference(image, kernel) for kernel in ("area", "lanczos"))
        peers = peers_of(image, vision)
        for name, call in {
            "hardy triangle": partial(resize, image, SIZE_HW, "stretch"),
            "hardy area": partial(resize, image, SIZE_HW, "stretch", filter="area"),
            **peers,
        }.items():
            near = psnr(call(), area), psnr(call(), lanczos)
            print(f"psnr {title} {name} {near[0]:.2f} dB to area, {near[1]:.2f} dB to Lanczos", flush=True)
            keep("resize", {"name": f"psnr {title} {name}", "area_db": near[0], "lanczos_db": near[1]}, VERSIONS)
        for filter in ("triangle", "area"):
            for name, call in peers.items():
                pair = time_pair(partial(resize, image, SIZE_HW, "stretch", filter=filter), call, seconds)
                report("resize", f"resize {title} {filter}", name, pair, VERSIONS)
            pair = time_pair(partial(resize, image, SIZE_HW, "stretch", filter=filter), image.max, seconds)
            note = (
                f" {image.nbytes / pair.peer_ms / 1e6:.0f} GB/s; the ratio is the part of that limit which is reached"
            )
            report("resize", f"resize {title} {filter}", "reading it once (NumPy's max)", pair, VERSIONS, note)


def peers_of(image: np.ndarray, vision) -> dict:  # type: ignore[no-untyped-def]
    """Each from an array (or tensor) in memory to one."""

    def pillow(kind):  # type: ignore[no-untyped-def]
        return lambda: np.asarray(PIL.Image.fromarray(image).resize(SIZE_HW[::-1], kind))

    peers = {
        "Pillow box": pillow(PIL.Image.Resampling.BOX),
        "Pillow bilinear": pillow(PIL.Image.Resampling.BILINEAR),
        "Pillow Lanczos": pillow(PIL.Image.Resampling.LANCZOS),
        "OpenCV area": lambda: cv2.resize(image, SIZE_HW[::-1], interpolation=cv2.INTER_AREA),
        "OpenCV linear (aliased)": lambda: cv2.resize(image, SIZE_HW[::-1], interpolation=cv2.INTER_LINEAR),
    }
    if vision:
        peers["torchvision bilinear"] = vision(image)
    return peers


def torchvision_resize():  # type: ignore[no-untyped-def]
    """A function of an image that gives a function, or None where torchvision cannot be had."""
    try:
        import torch

        operators = torch.library.Library("torchvision", "DEF")
        for name in ("nms", "qnms"):
            operators.define(f"{name}(Tensor boxes, Tensor scores, float iou_threshold) -> Tensor")
        import torchvision
        from torchvision.transforms import InterpolationMode
        from torchvision.transforms.v2 import functional
    except Exception as error:  # it fails in many ways next to another torch
        print(f"torchvision is left out: {error}", file=sys.stderr)
        return None
    torch.set_num_threads(1)
    VERSIONS.update(torchvision=torchvision.__version__, torch=torch.__version__)

    def of(image):  # type: ignore[no-untyped-def]
        tensor = torch.from_numpy(image).permute(2, 0, 1)
        kind = InterpolationMode.BILINEAR
        return lambda: functional.resize(tensor, list(SIZE_HW), kind, antialias=True).permute(1, 2, 0).numpy()

    of.keep = operators  # type: ignore[attr-defined]
    return of


def reference(image: np.ndarray, kernel: str) -> np.ndarray:
    """float64, by two matrices."""
    rows, columns = (matrix(size, small, kernel) for size, small in zip(image.shape[:2], SIZE_HW, strict=True))
    down = np.tensordot(rows, image.astype(np.float64), (1, 0))
    return np.einsum("xw,ywc->yxc", columns, down, optimize=True)


def matrix(size: int, small: int, kernel: str) -> np.ndarray:
    """(small, size): the share of each source pixel in each of the output."""
    scale = size / small
    centres, sources = (np.arange(small)[:, None] + 0.5) * scale, np.arange(size)[None]
    if kernel == "area":
        shares = np.minimum(centres + scale / 2, sources + 1) - np.maximum(centres - scale / 2, sources)
        shares = np.maximum(shares, 0)
    else:
        far = (sources + 0.5 - centres) / scale
        shares = np.where(np.abs(far) < 3, np.sinc(far) * np.sinc(far / 3), 0)
    return shares / shares.sum(axis=1, keepdims=True)


def psnr(found: np.ndarray, truth: np.ndarray) -> float:
    return float(10 * np.log10(255**2 / np.mean((found.astype(np.float64) - truth.clip(0, 255)) ** 2)))


if __name__ == "__main__":
    main()
