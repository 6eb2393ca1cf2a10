import numpy as np

import hardy.augmentation as h


def test_each_range_has_its_own_multiplier() -> None:
    image = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    curve = h.ToneCurve((0, 100 / 255, 200 / 255, 1), [(0.5, 0.5), (1, 1), (1.2, 1.2)], p=1)
    found = h.Compose([curve])(image=image)["image"].ravel().astype(int)
    assert np.array_equal(found[:100], np.floor(np.arange(100) * 0.5 + 0.5))
    assert np.array_equal(found[100:200], np.arange(100, 200))
    assert np.array_equal(found[200:], np.minimum(np.floor(np.arange(200, 256) * 1.2 + 0.5), 255))


def test_smooth_has_no_steps() -> None:
    image = np.linspace(0, 1, 1001, dtype=np.float32).reshape(1, -1, 1)
    pairs = [(0.5, 0.5), (1.5, 1.5), (0.6, 0.6)]
    rough, smooth = (
        h.Compose([h.ToneCurve(multiplier=pairs, smooth=smooth, p=1)])(image=image)["image"].ravel()
        for smooth in (False, True)
    )
    assert np.abs(np.diff(rough)).max() > 0.3 and np.abs(np.diff(smooth)).max() < 0.01
    assert np.isclose(smooth[500], 0.5 * 1.5)
