# ruff: noqa: ARG001  (every side is called with the same arguments)
"""One side of bench/ingest.py, in a process of its own: SIDE ROOT OUT. Every side makes 224×224 RGB of every file.

Pixels into memory end as one uint8 array (files, 224, 224, 3); a store on disk is synced. What the peers' manuals show
is what runs, with two workers where there is a word for it.
"""

import contextlib
import io
import json
import os
import resource
import shutil
import sys
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
os.environ["HF_HUB_OFFLINE"] = "1"

import cv2
import numba  # noqa: F401 (the memory of these four is what every side starts from)
import numpy as np
import pyarrow  # noqa: F401
import torch

SIZE_HW = (224, 224)
SAMPLE = 36


def files_of(root: Path) -> list[Path]:
    """As every side lists them: classes sorted, names sorted."""
    return sorted(root.glob("*/*.jpg"))


# ---- pixels into memory


def hardy_area_exact(root: Path, out: Path) -> np.ndarray:
    return _hardy(root, exact=True, filter="area")


def hardy_area_scaled(root: Path, out: Path) -> np.ndarray:
    return _hardy(root, exact=False, filter="area")


def hardy_exact(root: Path, out: Path) -> np.ndarray:
    return _hardy(root, exact=True)


def hardy_scaled(root: Path, out: Path) -> np.ndarray:
    return _hardy(root, exact=False)


def _hardy(root: Path, exact: bool, filter: str = "triangle") -> np.ndarray:
    import hardy
    from hardy.dataset.prepared import prepared_batches

    data = hardy.open(root)
    data = data.with_columns(split=["train"] * len(data))
    recipe = hardy.Preprocessing(3, SIZE_HW, "stretch", filter=filter)
    images = np.empty((len(data), *SIZE_HW, 3), np.uint8)
    done = 0
    for batch in prepared_batches(data, recipe, 8, exact=exact):
        images[done : done + len(batch)] = batch
        done += len(batch)
    return images


def ceiling_exact(root: Path, out: Path) -> np.ndarray:
    return _ceiling(root, exact=True)


def ceiling_scaled(root: Path, out: Path) -> np.ndarray:
    return _ceiling(root, exact=False)


def _ceiling(root: Path, exact: bool) -> np.ndarray:
    """Our decoder and resizing on two threads, over bytes that are in memory already; nothing is kept."""
    from concurrent.futures import ThreadPoolExecutor

    import hardy
    from hardy.pixels.decode import decode

    recipe = hardy.Preprocessing(3, SIZE_HW, "stretch")
    contents = [file.read_bytes() for file in files_of(root)]
    last = np.empty((2, *SIZE_HW, 3), np.uint8)

    def work(worker: int) -> None:
        for content in contents[worker::2]:
            picture = decode(content, enough=None if exact else recipe.enough)
            last[worker] = recipe.pixels(picture.pixels, picture.extent_hw)

    began = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))
    _ceiling.seconds = time.perf_counter() - began  # type: ignore[attr-defined]
    return last


def pillow(root: Path, out: Path) -> np.ndarray:
    """The handbook's loop, part 7."""
    from PIL import Image

    images = []
    for file in files_of(root):
        image = Image.open(file)
        images.append(np.asarray(image.convert("RGB").resize(SIZE_HW, Image.Resampling.LANCZOS)))
    return np.asarray(images)


def opencv(root: Path, out: Path) -> np.ndarray:
    """The handbook's other loop, the interpolation where it was meant to be."""
    images = []
    for file in files_of(root):
        image = cv2.imread(str(file), cv2.IMREAD_COLOR_RGB)
        images.append(cv2.resize(image, SIZE_HW, interpolation=cv2.INTER_AREA))
    return np.asarray(images)


def torchvision(root: Path, out: Path) -> np.ndarray:
    import torchvision_operators  # noqa: F401
    from torchvision import datasets, transforms

    change = transforms.Compose([transforms.Resize(SIZE_HW), transforms.PILToTensor()])
    loader = torch.utils.data.DataLoader(datasets.ImageFolder(str(root), change), batch_size=64, num_workers=2)
    return torch.cat([images for images, _ in loader]).permute(0, 2, 3, 1).numpy()


def keras(root: Path, out: Path) -> np.ndarray:
    """On the torch backend, which reads by way of grain."""
    import keras as library

    found = library.utils.image_dataset_from_directory(
        str(root), image_size=SIZE_HW, batch_size=64, shuffle=False, format="grain", verbose=False
    )
    return np.concatenate([np.asarray(images).astype(np.uint8) for images, _ in found])


def datasets_map(root: Path, out: Path) -> np.ndarray:
    rows = _mapped(root, out)
    images = np.empty((len(rows), *SIZE_HW, 3), np.uint8)
    for start in range(0, len(rows), 64):
        images[start : start + 64] = rows[start : start + 64]["pixels"]
    return images


def _mapped(root: Path, out: Path):  # type: ignore[no-untyped-def]
    import datasets

    datasets.disable_progress_bars()
    rows = datasets.load_dataset("imagefolder", data_dir=str(root), split="train", cache_dir=str(out / "cache"))
    features = datasets.Features({"label": rows.features["label"], "pixels": datasets.Array3D((*SIZE_HW, 3), "uint8")})

    def resized(batch):  # type: ignore[no-untyped-def]
        images = [np.asarray(image.convert("RGB").resize(SIZE_HW)) for image in batch["image"]]
        return {"label": batch["label"], "pixels": images}

    rows = rows.map(
        resized, batched=True, batch_size=64, num_proc=2, remove_columns=["image"], features=features,
        writer_batch_size=64,
    )  # fmt: skip
    return rows.with_format("numpy")


# ---- store on disk, synced


def hardy_pack_exact(root: Path, out: Path) -> Path:
    return _pack(root, out, exact=True)


def hardy_pack_scaled(root: Path, out: Path) -> Path:
    return _pack(root, out, exact=False)


def _pack(root: Path, out: Path, exact: bool) -> Path:
    import hardy

    hardy.pack(root, out / "a.hardy", size=SIZE_HW, channels=3, fit="stretch", exact=exact)
    return out / "a.hardy"


def gapcv(root: Path, out: Path) -> Path:
    os.chdir(out)
    with contextlib.redirect_stdout(io.StringIO()):
        from gapcv.vision import Images

        Images("images", str(root), config=["resize=(224,224)", "uint8", "store"])
    return _synced(out)


def datasets_disk(root: Path, out: Path) -> Path:
    _mapped(root, out).save_to_disk(str(out / "saved"))
    return _synced(out / "saved")


def _synced(path: Path) -> Path:
    for file in [entry for entry in path.rglob("*") if entry.is_file()]:
        descriptor = os.open(file, os.O_RDWR)
        os.fsync(descriptor)
        os.close(descriptor)
    return path


SIDES = {
    side.__name__: side
    for side in (
        hardy_area_exact, hardy_area_scaled, hardy_exact, hardy_scaled, ceiling_exact, ceiling_scaled, pillow, opencv,
        torchvision, keras, datasets_map, hardy_pack_exact, hardy_pack_scaled, gapcv, datasets_disk,
    )
}  # fmt: skip


def psnr(images: np.ndarray, root: Path) -> float:
    """Of a few, against a Lanczos window of three lobes in float64, of what Pillow decodes; the mean in decibels."""
    from PIL import Image
    from resize import matrix

    files = files_of(root)
    chosen = np.linspace(0, len(files) - 1, SAMPLE).astype(int)
    found = []
    for number in chosen.tolist():
        with Image.open(files[number]) as opened:
            picture = np.asarray(opened.convert("RGB"), np.float64)
            if opened.getexif().get(0x0112, 1) != 1 or opened.info.get("icc_profile"):
                continue  # most of the peers neither turn it nor read its colours
        rows, columns = (matrix(size, small, "lanczos") for size, small in zip(picture.shape[:2], SIZE_HW, strict=True))
        truth = np.einsum("xw,ywc->yxc", columns, np.tensordot(rows, picture, (1, 0)), optimize=True).clip(0, 255)
        found.append(10 * np.log10(255**2 / max(1e-9, np.mean((images[number] - truth) ** 2))))
    return float(np.mean(found))


def processor_seconds() -> float:
    """Of this process and its children that have ended: steadier than the clock where the machine has other work."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def load(side: str) -> None:
    """What the side imports, so that no one's start counts."""
    with contextlib.suppress(ImportError):
        if side.startswith(("hardy", "ceiling")):
            import pandas  # noqa: F401 (pyarrow does, where it is installed)

            import hardy.store

            hardy.Preprocessing(3, SIZE_HW, "stretch").pixels(np.zeros((300, 400, 3), np.uint8))
            from hardy.dataset.level_kernels import sum_levels

            frozen = np.zeros((4, 3), np.uint8)
            frozen.flags.writeable = False
            sum_levels(frozen, np.zeros((2, 3), np.uint64))
        elif side == "pillow":
            import PIL.Image  # noqa: F401
        elif side == "torchvision":
            import torchvision_operators  # noqa: F401
            from torchvision import datasets, transforms  # noqa: F401
        elif side == "keras":
            import grain  # noqa: F401
            import keras  # noqa: F401
        elif side.startswith("datasets"):
            import datasets  # noqa: F401
        elif side == "gapcv":
            with contextlib.redirect_stdout(io.StringIO()):
                import gapcv.vision  # noqa: F401


def main() -> None:
    name, root, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    torch.set_num_threads(2)
    cv2.setNumThreads(2)
    print("READY", flush=True)
    sys.stdin.readline()
    load(name)
    began = time.perf_counter()
    before = processor_seconds()
    result = SIDES[name](root, out)
    seconds, processor = time.perf_counter() - began, processor_seconds() - before
    if name.startswith("ceiling"):
        seconds = _ceiling.seconds  # type: ignore[attr-defined]
    print("DONE", json.dumps({"seconds": seconds, "processor_s": processor}), flush=True)
    sys.stdin.readline()
    also = {}
    if isinstance(result, np.ndarray) and not name.startswith("ceiling"):
        also = {"images": len(result), "psnr": psnr(result, root)}
    elif isinstance(result, Path):
        also = {"megabytes": sum(file.stat().st_size for file in result.rglob("*") if file.is_file()) / 1e6}
        shutil.rmtree(result, ignore_errors=True)
    print("ALSO", json.dumps(also), flush=True)


if __name__ == "__main__":
    main()
