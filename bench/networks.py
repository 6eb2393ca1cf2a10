"""Our networks beside torchvision's on the same torch: forward passes and training steps, images a second, two threads.

    python bench/networks.py                            all that torchvision has, about an hour on two cores
    python bench/networks.py --only resnet-18           one of them; may be repeated
    python bench/networks.py --quick                    three of them, batches of 8, some minutes
    python bench/networks.py --channels-last --bfloat16 both sides so; bfloat16 where the processor multiplies it
    HARDY_DATA=… python bench/networks.py --bfloat16    and what that does to the accuracy on MNIST

`name images/s | torchvision images/s | ratio [its 95% interval]`; above 1 we are faster. Goal: at least 0.95 in every
row. Both sides have the same weights and the same AdamW; scores are compared before anything is timed. Batches are of
64, or of as many pictures as a step takes in about two seconds: the row says how many (`--batch` takes any).
"""

import argparse
import contextlib
import os
import statistics
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import torch
import torchvision_operators  # noqa: F401 (torchvision may be there without its compiled part)
from pairs import keep, time_pair
from torch import Tensor, nn
from torch.nn import functional
from torchvision_networks import THEIRS

import hardy
from hardy.dataset.ready import Wishes, preprocessing_for, with_sides
from hardy.models import build_model, find_architecture
from hardy.models.layer_table import layer_table

VERSIONS = {name: version(name) for name in ("torch", "torchvision")}
QUICK = ("mobilenet-v3-small", "alexnet", "resnet-18")
BATCH, QUICK_BATCH = 64, 8
STEP_MULTIPLIES = 3.2e10
"""Multiply-adds of a batch's forward pass that make a step of about two seconds on two processors."""

LIGHT = ("mobilenet-v3-small", "mobilenet-v3-large", "efficientnet-b0", "convnext-tiny")
"""Networks that wait for memory rather than multiply: five times as long."""

LEARNED_WITH, EPOCHS, SEEDS = "conv-16-32", 2, (0, 1, 2)
"""What the effect on accuracy is measured on."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help=f"{', '.join(QUICK)}, batches of {QUICK_BATCH}, three seconds a pair"
    )
    parser.add_argument("--only", action="append", choices=list(THEIRS), metavar="NAME", help="may be repeated")
    parser.add_argument("--batch", type=int, help=f"pictures; {BATCH} or fewer by default")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--bfloat16", action="store_true")
    options = parser.parse_args()
    if options.bfloat16 and not has_bfloat16():
        sys.exit("this processor does not multiply bfloat16; a comparison would say nothing")
    torch.set_num_threads(options.threads)
    print("; ".join(f"{name} {number}" for name, number in VERSIONS.items()), f"; {torch.get_num_threads()} threads")
    for name in options.only or (QUICK if options.quick else THEIRS):
        compare(name, options)
    if (options.channels_last or options.bfloat16) and not options.quick and "HARDY_DATA" in os.environ:
        compare_accuracy(options)


def has_bfloat16() -> bool:
    """Whether the processor has instructions for products of bfloat16; only Linux tells."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    return "avx512_bf16" in flags or "amx_bf16" in flags or " bf16" in flags


def compare(name: str, options: argparse.Namespace) -> None:
    """A row for the forward pass, one for the step."""
    from torchvision import models

    architecture = find_architecture(name)
    shape, classes = architecture.input, architecture.classes
    batch = options.batch or (QUICK_BATCH if options.quick else batch_for(name))
    function, arguments = THEIRS[name]
    torch.manual_seed(0)
    ours, theirs = architecture.build(shape[0], shape[1:], classes), getattr(models, function)(**arguments)
    theirs.load_state_dict(ours.state_dict())
    images, labels = torch.randn(batch, *shape), torch.arange(batch) % classes
    if options.channels_last:
        images = images.to(memory_format=torch.channels_last)
        ours, theirs = (each.to(memory_format=torch.channels_last) for each in (ours, theirs))
    seconds = 3.0 if options.quick else 30.0
    note = ", channels last" * options.channels_last + ", bfloat16" * options.bfloat16
    precision = autocast(options)

    def forward(network: nn.Module) -> Tensor:
        with torch.inference_mode(), precision():
            return network(images)

    for network in (ours, theirs):
        network.eval()
    mine, other = forward(ours).float(), forward(theirs).float()
    far = float((mine - other).abs().max() / other.abs().max())
    assert far < (0.05 if options.bfloat16 else 1e-4), f"{name}: scores differ by {far:.1e} of the largest"
    row(f"{name} forward", batch, note, lambda: forward(ours), lambda: forward(theirs), seconds)
    steps = [stepper(network, images, labels, precision) for network in (ours, theirs)]
    row(f"{name} step", batch, note, *steps, seconds)


def batch_for(name: str) -> int:
    """A power of two, at most 64."""
    pictures = STEP_MULTIPLIES / layer_table(find_architecture(name)).multiply_adds / (5 if name in LIGHT else 1)
    return max(2, min(BATCH, 2 ** int(pictures).bit_length() // 2))


def autocast(options: argparse.Namespace) -> Callable[[], contextlib.AbstractContextManager[object]]:
    """What the forward pass runs in."""
    if not options.bfloat16:
        return contextlib.nullcontext
    return lambda: torch.autocast("cpu", torch.bfloat16)


def stepper(
    network: nn.Module,
    images: Tensor,
    labels: Tensor,
    precision: Callable[[], contextlib.AbstractContextManager[object]],
) -> Callable[[], None]:
    """A step of training, auxiliary heads included; the rate moves nothing, so that every call is the same."""
    network.train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.0, weight_decay=0.0, fused=True)
    scores_of = getattr(network, "all_scores", network)

    def step() -> None:
        with precision():
            scores = scores_of(images)
        each = [scores] if isinstance(scores, Tensor) else [one for one in scores if one is not None]
        loss = sum(functional.cross_entropy(one.float(), labels) for one in each)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()

    return step


def row(
    name: str, batch: int, note: str, ours: Callable[[], object], theirs: Callable[[], object], seconds: float
) -> None:
    """Print a line, and keep it."""
    pair = time_pair(ours, theirs, seconds)
    mine, other = (batch / ms * 1e3 for ms in (pair.ours_ms, pair.peer_ms))
    print(
        f"{name} {mine:.2f} images/s | torchvision {other:.2f} | {pair.ratio:.3f} [{pair.low:.3f}, {pair.high:.3f}] "
        f"n={pair.rounds}, batch {batch}{note}",
        flush=True,
    )
    values = {"name": name + note, "peer": "torchvision", "batch": batch, "threads": torch.get_num_threads()}
    keep("networks", {**values, "unit": "images/s", **vars(pair)}, VERSIONS)


def compare_accuracy(options: argparse.Namespace) -> None:
    """MNIST's test digits after two epochs, several seeds: plain, and with what was asked for."""
    opened = hardy.open(Path(os.environ["HARDY_DATA"]) / "mnist")
    data = with_sides(opened, Wishes())
    preprocessing = preprocessing_for(data, Wishes())
    plain = argparse.Namespace(channels_last=False, bfloat16=False)
    for title, chosen in (("plain", plain), ("as asked for", options)):
        shares = [learned(data, preprocessing, seed, chosen) for seed in SEEDS]
        print(
            f"accuracy {title} {100 * statistics.mean(shares):.2f} % ({min(shares):.4f} to {max(shares):.4f}, "
            f"n={len(shares)} seeds of {LEARNED_WITH}, {EPOCHS} epochs)",
            flush=True,
        )
        keep("networks", {"name": f"accuracy {title}", "values": shares, "asked": vars(options)}, VERSIONS)


def learned(data: hardy.Dataset, preprocessing: object, seed: int, options: argparse.Namespace) -> float:
    """The share of test digits that a network trained so calls right."""
    torch.manual_seed(seed)
    network = build_model(LEARNED_WITH, 1, (28, 28), 10)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    network.to(memory_format=layout)
    optimizer, precision = torch.optim.AdamW(network.parameters(), 0.003, fused=True), autocast(options)
    loader = hardy.Loader(data.split("train"), 128, preprocessing=preprocessing, seed=seed)
    for _ in range(EPOCHS):
        for batch in loader:
            with precision():
                scores = network(batch.images.contiguous(memory_format=layout))
            optimizer.zero_grad(set_to_none=True)
            functional.cross_entropy(scores.float(), batch.labels).backward()
            optimizer.step()
    network.eval()
    right = []
    with torch.inference_mode(), precision():
        for batch in hardy.Loader(data.split("test"), 500, preprocessing=preprocessing, shuffle=False):
            scores = network(batch.images.contiguous(memory_format=layout))
            right.append(scores.float().argmax(dim=1) == batch.labels)
    return float(torch.cat(right).double().mean())


if __name__ == "__main__":
    main()
