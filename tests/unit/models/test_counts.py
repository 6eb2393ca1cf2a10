"""Numbers of parameters, each from a publication or from its own sum."""

import itertools

import pytest
import torch

from hardy.models import ARCHITECTURES, count_parameters, count_statistics


def resnet9() -> int:
    convolutions = 27 * 64 + 9 * (64 * 128 + 2 * 128 * 128 + 128 * 256 + 256 * 512 + 2 * 512 * 512)
    return convolutions + 2 * (64 + 3 * 128 + 256 + 3 * 512) + 513 * 10


def darknet19() -> int:
    filters = [3, 32, 64, 128, 64, 128, 256, 128, 256, 512, 256, 512, 256, 512, 1024, 512, 1024, 512, 1024]
    kernels = [9, 9, 9, 1, 9, 9, 1, 9, 9, 1, 9, 1, 9, 9, 1, 9, 1, 9]
    layers = zip(filters, filters[1:], kernels, strict=False)
    return sum(a * b * k + 2 * b for a, b, k in layers) + 1025 * 1000


def darknet53() -> int:
    total = 3 * 32 * 9 + 2 * 32
    for filters, blocks in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
        half = filters // 2
        total += half * filters * 9 + 2 * filters
        total += blocks * (filters * half + 2 * half + half * filters * 9 + 2 * filters)
    return total + 1025 * 1000


def whitening() -> int:
    groups = [(24, 64), (64, 256), (256, 256)]
    return 24 + sum(9 * a * b + 9 * b * b + 2 * b for a, b in groups) + 256 * 10


def unet() -> int:
    widths = [64, 128, 256, 512, 1024]
    down = sum(9 * a * b + b + 9 * b * b + b for a, b in zip([1, *widths], widths, strict=False))
    up = sum(4 * a * b + b + 9 * a * b + b + 9 * b * b + b for b, a in itertools.pairwise(widths))
    return down + up + 64 * 2 + 2


PUBLISHED = {
    "dense-512": 407_050,
    "dense-1024": 814_090,
    "dense-512-512": 669_706,
    "conv-16": 27_210,
    "conv-16-32": 12_810,
    "lecture-mnist": 25 * 32 + 32 + 25 * 32 * 64 + 64 + 3136 * 1000 + 1000 + 1001 * 10,
    "alexnet-reduced": 634_978,
    "cifar-vignette": 552_874 - 512 - (1_152 - 256),
    "cifar-vignette-bn": 551_722,
    "resnet-9": resnet9(),
    "whitening-cnn": whitening(),
    "lenet-5": 156 + 2_416 + 48_120 + 10_164 + 850,
    "alexnet": 61_100_840,
    "zfnet": 62_357_608,
    "vgg-11": 132_863_336,
    "vgg-11-bn": 132_868_840,
    "vgg-13": 133_047_848,
    "vgg-13-bn": 133_053_736,
    "vgg-16": 138_357_544,
    "vgg-16-bn": 138_365_992,
    "vgg-19": 143_667_240,
    "vgg-19-bn": 143_678_248,
    "googlenet": 6_624_904,
    "googlenet-aux": 13_004_888,
    "inception-v3": 27_161_264,
    "resnet-18": 11_689_512,
    "resnet-34": 21_797_672,
    "resnet-50": 25_557_032,
    "resnet-101": 44_549_160,
    "resnet-152": 60_192_808,
    "darknet-19": darknet19(),
    "darknet-53": darknet53(),
    "u-net": unet(),
    "mobilenet-v3-small": 2_542_856,
    "mobilenet-v3-large": 5_483_032,
    "efficientnet-b0": 5_288_548,
    "convnext-tiny": 28_589_128,
    "numpy": 25 * 8 + 8 + 25 * 8 * 16 + 16 + 257 * 10,
}


def test_every_architecture_has_a_count() -> None:
    assert set(PUBLISHED) == set(ARCHITECTURES)
    assert len(ARCHITECTURES) >= 30


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_number_of_parameters(name: str) -> None:
    architecture = ARCHITECTURES[name]
    with torch.device("meta"):
        network = architecture.build(architecture.input[0], architecture.input[1:], architecture.classes)
    assert count_parameters(network) == PUBLISHED[name]


@pytest.mark.parametrize(("name", "total"), [("alexnet-reduced", 635_170), ("cifar-vignette-bn", 552_874)])
def test_the_vignettes_totals_count_running_statistics(name: str, total: int) -> None:
    architecture = ARCHITECTURES[name]
    with torch.device("meta"):
        network = architecture.build(architecture.input[0], architecture.input[1:], architecture.classes)
    assert count_parameters(network) + count_statistics(network) == total


def test_lenet_pads_digits_to_32() -> None:
    with torch.device("meta"):
        networks = [ARCHITECTURES["lenet-5"].build(1, (side, side), 10) for side in (28, 32)]
    assert [count_parameters(network) for network in networks] == [61_706, 61_706]


def test_grey_pictures_and_other_classes_change_the_first_and_last_layer_only() -> None:
    with torch.device("meta"):
        network = ARCHITECTURES["resnet-18"].build(1, (64, 48), 7)
    assert count_parameters(network) == 11_689_512 - 2 * 64 * 49 - 513 * 993
