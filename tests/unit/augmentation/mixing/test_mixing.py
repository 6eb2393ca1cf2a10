"""Partners, shares, rectangles and soft labels."""

from typing import Any

import numpy as np
import pytest
import scipy.stats

import hardy.augmentation as h
from hardy.augmentation.mixing import Mixture
from hardy.errors import InputError, ShapeError

WORDS = np.random.default_rng(0).integers(0, 2**63, (4000, 2)).astype(np.uint64)
BOTH = [h.MixUp(), h.CutMix()]
SURE = 1e-3


def batches(dtype: str, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    values = np.random.default_rng(1).random((2, *shape))
    found = values.astype(dtype) if dtype == "float32" else (values * np.iinfo(dtype).max).astype(dtype)
    return found[0], found[1]


@pytest.mark.parametrize("mixing", BOTH, ids=repr)
def test_what_is_mixed_does_not_depend_on_the_batch(mixing: Any) -> None:
    whole = mixing.plan(WORDS, 500, (17, 11), seed=4, epoch=2, copies=np.arange(4000) % 3)
    some = np.array([700, 3, 12])
    part = mixing.plan(WORDS[some], 500, (17, 11), seed=4, epoch=2, copies=some % 3)
    for name in ("applied", "partner", "share", "box"):
        assert np.array_equal(getattr(whole, name)[some], getattr(part, name))
    for other in ({"seed": 5, "epoch": 2}, {"seed": 4, "epoch": 3}, {"seed": 4, "epoch": 2, "copies": [9] * 4000}):
        assert (mixing.plan(WORDS, 500, (17, 11), **other).partner != whole.partner).mean() > 0.95


def test_every_row_is_as_often_a_partner() -> None:
    counts = np.bincount(h.MixUp().plan(WORDS, 20, (17, 11)).partner, minlength=20)
    assert len(counts) == 20 and scipy.stats.chisquare(counts).pvalue > SURE


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_shares_are_of_the_beta_distribution(alpha: float) -> None:
    share = h.MixUp(alpha).plan(WORDS, 20, (17, 11)).share
    assert scipy.stats.kstest(share, scipy.stats.beta(alpha, alpha).cdf).pvalue > SURE


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_mixup_is_the_weighed_mean(dtype: str) -> None:
    own, others = batches(dtype, (40, 17, 11, 3))
    mixing = h.MixUp(p=0.5)
    mixture = mixing.plan(WORDS[:40], 500, (17, 11))
    share = mixture.share[:, None, None, None]
    exact = share * own + (1 - share) * others
    found = mixing.mix(own, others, mixture)
    assert found.dtype == own.dtype and np.abs(found - exact).max() <= (1e-6 if dtype == "float32" else 0.51)
    assert 8 < mixture.applied.sum() < 32 and np.array_equal(found[~mixture.applied], own[~mixture.applied])


@pytest.mark.parametrize("layout", ["NHWC", "NCHW"])
def test_cutmix_takes_the_rectangle_that_its_share_says(layout: str) -> None:
    own, others = np.zeros((500, 34, 50, 3), np.uint8), np.ones((500, 34, 50, 3), np.uint8)
    mixing = h.CutMix()
    mixture = mixing.plan(WORDS[:500], 900, (34, 50))
    if layout == "NCHW":
        own, others = own.transpose(0, 3, 1, 2), others.transpose(0, 3, 1, 2)
    found = mixing.mix(own, others, mixture, layout)
    assert np.allclose(found.reshape(500, -1).mean(1), 1 - mixture.share)
    assert not own.any(), "the given batch is left as it is"
    height, width = (mixture.box[:, 2:] - mixture.box[:, :2]).T
    inside = (mixture.box[:, :2] > 0).all(1) & (mixture.box[:, 2:] < [34, 50]).all(1) & (height > 9)
    assert np.abs(width[inside] / height[inside] - 50 / 34).max() < 0.3, "it has the picture's shape"
    assert mixture.share.min() >= 0 and mixture.share.max() <= 1


def test_labels_are_soft_and_sum_to_one() -> None:
    mixture = h.MixUp().plan(WORDS[:7], 9, (17, 11))
    own, others = np.arange(7) % 3, np.arange(7) % 5
    labels = mixture.labels(own, others, 5)
    assert labels.dtype == np.float32 and np.allclose(labels.sum(1), 1)
    for row in range(7):
        assert np.isclose(
            labels[row, own[row]], mixture.share[row] + (own[row] == others[row]) * (1 - mixture.share[row])
        )
    again = mixture.labels(labels, others, 5)  # soft ones may be mixed further
    assert np.allclose(again.sum(1), 1)


def test_a_mixture_that_is_half() -> None:
    half = Mixture(np.array([True]), np.array([0]), np.array([0.25]), np.array([[0, 0, 2, 2]]))
    assert half.labels([1], [0], 2).tolist() == [[0.75, 0.25]]


def test_wrong_input_is_answered() -> None:
    own, others = batches("uint8", (3, 17, 11, 3))
    mixture = h.MixUp().plan(WORDS[:3], 9, (17, 11))
    for mixing in BOTH:
        with pytest.raises(ShapeError, match="as the pictures"):
            mixing.mix(own, others[:2], mixture)
        with pytest.raises(ShapeError, match="mixture for 2"):
            mixing.mix(own[:2], others[:2], mixture)
        with pytest.raises(InputError, match="layout: expected"):
            mixing.mix(own, others, mixture, "HWCN")
    with pytest.raises(InputError, match="expected one training row"):
        h.CutMix().plan(WORDS, 0, (17, 11))
    with pytest.raises(InputError, match=r"expected class numbers of 0\.\.4"):
        mixture.labels([0, 1, 5], [0, 0, 0], 5)
    with pytest.raises(ShapeError, match="expected 3 class numbers"):
        mixture.labels([0, 1], [0, 0, 0], 5)


@pytest.mark.parametrize("arguments", [{"alpha": 0}, {"p": 2}, {"alpha": "1"}, {"key": ""}])
def test_wrong_arguments_are_answered(arguments: dict[str, Any]) -> None:
    for kind in (h.MixUp, h.CutMix):
        with pytest.raises(InputError, match="expected"):
            kind(**arguments)


def test_plain_data() -> None:
    assert h.MixUp(0.2, key="mine").to_config() == {"MixUp": {"alpha": 0.2, "p": 1.0, "key": "mine"}}
