"""Our decoder against the bare codecs, and what decoding at a smaller scale costs in exactness.

    HARDY_DATA=… python bench/decode.py            about two minutes
    HARDY_DATA=… python bench/decode.py --quick    under half a minute

`name value unit | peer value | ratio [its 95% interval]`, one thread; above 1 we are faster. Goal: at most 3% over
simplejpeg, the codec we call, on 500×375: a ratio of at least 0.971. Ours also reads EXIF, profile and limits, turns
the picture and notices cut data; OpenCV fills what is missing with grey.
"""

import argparse
import io
from functools import partial
from importlib.metadata import version

import cv2
import numpy as np
import photos
import PIL.Image
import simplejpeg
from pairs import keep, report, time_pair

from hardy.pixels.decode import decode
from hardy.pixels.enough import Enough
from hardy.pixels.resize import resize

VERSIONS = {name: version(name) for name in ("simplejpeg", "opencv-python-headless", "pillow", "numpy")}
TARGET_HW = (224, 224)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a second a pair")
    seconds = 1.0 if parser.parse_args().quick else 6.0
    cv2.setNumThreads(1)
    print("; ".join(f"{name} {number}" for name, number in VERSIONS.items()), "; one thread each")
    for title, data in (("500×375", photos.small_jpeg()), ("3000×2000", photos.large_jpeg())):
        compare(title, data, seconds)
        scaled(title, data, seconds)


def compare(title: str, data: bytes, seconds: float) -> None:
    buffer = np.frombuffer(data, np.uint8)
    peers = {
        "simplejpeg": lambda: simplejpeg.decode_jpeg(data, "RGB"),
        "OpenCV": lambda: cv2.imdecode(buffer, cv2.IMREAD_COLOR_RGB),
        "Pillow": lambda: np.array(PIL.Image.open(io.BytesIO(data))),
    }
    ours = decode(data).pixels
    print(f"{title}: {len(data):,} bytes")
    for name, peer in peers.items():
        far = int(np.abs(ours.astype(int) - peer()).max())
        pair = time_pair(lambda: decode(data), peer, seconds * (2 if name == "simplejpeg" else 1))
        report("decode", f"decode {title}", name, pair, VERSIONS, f" (differs by {far} levels at most)")


def scaled(title: str, data: bytes, seconds: float) -> None:
    """Decoding just above 224×224 and at half of it, and how far the resized picture is from the exact one."""
    whole = decode(data).pixels
    for target in (TARGET_HW, (112, 112), (56, 56)):
        scale = Enough(target).scale(whole.shape[:2])
        if scale == 1:
            continue
        pair = time_pair(partial(decode, data, enough=Enough(target)), partial(decode, data), seconds / 2)
        exact = resize(whole, target, "stretch").astype(float)
        reduced = decode(data, enough=Enough(target))
        quick = resize(reduced.pixels, target, "stretch", extent_hw=reduced.extent_hw)
        psnr = 10 * np.log10(255**2 / np.mean((exact - quick) ** 2))
        note = f" (scale 1/{scale}, then to {target[0]}×{target[1]}: {psnr:.1f} dB from exact)"
        report("decode", f"decode {title} for {target[0]}×{target[1]}", "exact", pair, VERSIONS, note)
        keep("decode", {"name": f"psnr {title} for {target[0]}×{target[1]}", "scale": scale, "db": psnr}, VERSIONS)


if __name__ == "__main__":
    main()
