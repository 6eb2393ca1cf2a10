"""Weights that others publish, fetched only when they are asked for by name.

`imagenet` is a file of torchvision's, out of the table below; `timm:NAME` is what timm, where the user has it, gives
under that name. Both are kept in hardy's cache.
"""

import hashlib
import os
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path
from typing import Any

import safetensors.torch

from hardy.cache import cache_folder
from hardy.errors import InputError, MissingExtraError
from hardy.files import output_errors, write_file
from hardy.progress import SILENT, Progress

HOME = "https://download.pytorch.org/models/"
"""Where the files lie; `$HARDY_WEIGHTS_URL` names a mirror."""

LICENCE = "BSD-3-Clause as torchvision is; trained on ImageNet, whose pictures are for non-commercial research"

FILES = {
    "alexnet": "alexnet-owt-7be5be79.pth",
    "vgg-11": "vgg11-8a719046.pth",
    "vgg-11-bn": "vgg11_bn-6002323d.pth",
    "vgg-13": "vgg13-19584684.pth",
    "vgg-13-bn": "vgg13_bn-abd245e5.pth",
    "vgg-16": "vgg16-397923af.pth",
    "vgg-16-bn": "vgg16_bn-6c64b313.pth",
    "vgg-19": "vgg19-dcbb9e9d.pth",
    "vgg-19-bn": "vgg19_bn-c79401a0.pth",
    "googlenet": "googlenet-1378be20.pth",
    "googlenet-aux": "googlenet-1378be20.pth",
    "inception-v3": "inception_v3_google-0cc3c7bd.pth",
    "resnet-18": "resnet18-f37072fd.pth",
    "resnet-34": "resnet34-b627a593.pth",
    "resnet-50": "resnet50-11ad3fa6.pth",
    "resnet-101": "resnet101-cd907fc2.pth",
    "resnet-152": "resnet152-f82ba261.pth",
    "mobilenet-v3-small": "mobilenet_v3_small-047dcff4.pth",
    "mobilenet-v3-large": "mobilenet_v3_large-5c1a4163.pth",
    "efficientnet-b0": "efficientnet_b0_rwightman-7f5810bc.pth",
    "convnext-tiny": "convnext_tiny-983f1562.pth",
}
"""The file for each model; its name ends with the first digits of its SHA-256."""

BLOCK = 1 << 20
TIMEOUT_S = 30.0


def fetch_published(name: str, progress: Progress = SILENT) -> Path:
    """The file with torchvision's ImageNet weights of a model, from the cache or from the network.

    A download that was cut off goes on where it stopped.

    Args:
        name: of the model.
        progress: told the stage "downloading", and the licence.

    Raises:
        InputError: there are none for the model, the network does not give them, or they are not what the name says.
    """
    if name not in FILES:
        raise InputError(f"nobody publishes ImageNet weights that hardy knows of for {name}; there are for {_known()}")
    file = FILES[name]
    target = cache_folder() / "weights" / file
    if target.is_file() and _matches(target):
        return target
    address = os.environ.get("HARDY_WEIGHTS_URL", HOME).rstrip("/") + "/" + file
    part = target.with_name(f"{file}.part")
    progress.say(f"fetching {address} ({LICENCE})")
    with output_errors(part):
        part.parent.mkdir(parents=True, exist_ok=True)
    try:
        _download(address, part, progress)
    except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", None) or error
        raise InputError(
            f"cannot fetch {address}: {reason}; the same line goes on once there is a network, or fetch it elsewhere "
            f"and take --weights {file}"
        ) from error
    if not _matches(part, file):
        part.unlink()
        raise InputError(f"what {address} gave is not the file of that name (its hash differs); try again, or a mirror")
    part.replace(target)
    return target


def _known() -> str:
    return ", ".join(FILES)


def _matches(path: Path, name: str | None = None) -> bool:
    """Whether a file's hash begins as its name ends."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest().startswith(Path(name or path.name).stem.rsplit("-", 1)[1])


def _download(address: str, part: Path, progress: Progress) -> None:
    """Append to a part what is missing of it."""
    have = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(address, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        answer = urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        if error.code == 416 and have:  # the whole of it is there
            return
        raise
    with answer:
        if have and answer.status != 206:  # the server begins anew
            have = 0
        total = have + int(answer.headers.get("Content-Length") or 0)
        with output_errors(part), part.open("ab" if have else "wb") as file:
            while block := answer.read(BLOCK):
                file.write(block)
                have += len(block)
                progress.advance("downloading", have, max(total, have), f"{have / 1e6:.0f} MB")
    if total and have < total:
        raise ConnectionError(f"the connection ended after {have:,} of {total:,} bytes")


def fetch_from_timm(name: str, progress: Progress = SILENT) -> Path:
    """A file with the weights that timm has under a name; timm fetches them where it has not.

    Raises:
        MissingExtraError: timm is not installed.
        InputError: timm has no such model, or cannot fetch it.
    """
    target = cache_folder() / "weights" / f"timm-{name.replace('/', '-')}.safetensors"
    if target.is_file():
        return target
    try:
        import timm
    except ImportError as error:
        raise MissingExtraError("--weights timm:NAME needs timm: pip install timm") from error
    progress.say(f"timm fetches {name}; its licence is said on the model's page")
    try:
        network: Any = timm.create_model(name, pretrained=True)
    except Exception as error:  # of whatever library timm fetches with
        raise InputError(f"timm cannot give {name}: {' '.join(str(error).split())[:300]}") from error
    weights = {key: tensor.contiguous().clone() for key, tensor in network.state_dict().items()}
    with output_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    write_file(target, safetensors.torch.save(weights))
    return target
