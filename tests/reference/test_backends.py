"""The cpu backend against the reference, and against plain NumPy."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from hardy.augmentation import Compose, HorizontalFlip, Invert, Translate, apply, cpu, reference
from hardy.augmentation.border import BORDERS
from hardy.augmentation.kinds import Pictures
from hardy.augmentation.values import RANGES, Chain, Finish, chain_of, outside
from hardy.augmentation.work import Work

COUNT = 9
IDS = [f"{number * 0x9E3779B97F4A7C15:032x}" for number in range(COUNT)]
FORMS = [("uint8", "NHWC"), ("uint16", "NHWC"), ("float32", "NCHW"), ("float32", "NHWC")]

# Both compute in float64, adding the four taps of a pixel in another order; that tips a rounding now and then.
WARP_LEVELS, WARP_SHARE, WARP_FLOAT = 1, 0.01, 1e-6


def pictures(dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    generator = np.random.default_rng(2)
    if dtype == "float32":
        return generator.normal(0.5, 1, shape).astype(np.float32)
    return generator.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def normalisation(output: str, channels: int) -> dict:
    if output != "float32":
        return {}
    return {"mean": np.linspace(0.2, 0.6, channels), "std": np.linspace(0.1, 0.5, channels)}


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize(("output", "layout"), FORMS)
@pytest.mark.parametrize("channels", [1, 2, 3, 4, 13])
def test_exact_path_is_identical(dtype: str, output: str, layout: str, channels: int) -> None:
    images = pictures(dtype, (COUNT, 17, 11, channels))
    for border in BORDERS:
        compose = Compose([Invert(), Translate(pixels=25, border_mode=border, fill=0.4), HorizontalFlip(), Invert()])
        plan = compose.plan(IDS, 0, (17, 11))
        options = {"output": output, "layout": layout, **normalisation(output, channels)}
        ours, truth = (apply(plan, images, backend=name, **options) for name in ("cpu", "reference"))
        assert ours.dtype == truth.dtype and np.array_equal(ours, truth)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("size_hw", [(1, 1), (1, 9), (6, 1)])
def test_small_pictures(dtype: str, size_hw: tuple[int, int]) -> None:
    images = pictures(dtype, (COUNT, *size_hw, 3))
    for border in BORDERS:
        plan = Compose([Translate(pixels=3, border_mode=border), HorizontalFlip(), Invert()]).plan(IDS, 0, size_hw)
        ours, truth = (apply(plan, images, output="float32", backend=name) for name in ("cpu", "reference"))
        assert np.array_equal(ours, truth)


@pytest.mark.parametrize("fused", [True, False])
def test_several_stages_are_identical(fused: bool) -> None:
    steps = [
        Translate(pixels=3, fill=9),
        Invert(),
        Translate(pixels=3, fill=9),
        Translate(pixels=2, border_mode="wrap"),
    ]
    for dtype in ("uint8", "float32"):
        images = pictures(dtype, (COUNT, 17, 11, 2))
        plan = Compose(steps).plan(IDS, 0, (17, 11))
        ours, truth = (apply(plan, images, backend=name, fuse=fused) for name in ("cpu", "reference"))
        assert np.array_equal(ours, truth)


@pytest.mark.parametrize("border", BORDERS)
def test_whole_shifts_equal_numpy(border: str) -> None:
    images = pictures("uint8", (1, 17, 11, 3))
    for x, y in ((3, 2), (-4, 5), (30, -50), (0, 0)):
        shift = Translate(pixels={"x": (x, x), "y": (y, y)}, border_mode=border, fill=77)
        found = apply(Compose([shift]).plan(IDS[:1], 0, (17, 11)), images)[0]
        options = {"constant_values": 77} if border == "constant" else {}
        padded = np.pad(images[0], ((60, 60), (60, 60), (0, 0)), mode=border, **options)
        assert np.array_equal(found, padded[60 - y : 77 - y, 60 - x : 71 - x])
        if border == "wrap":
            assert np.array_equal(found, np.roll(images[0], (y, x), (0, 1)))


def work_of(matrices: np.ndarray, border: str, chain: Chain, finish: Finish, fill: float, how: str = "linear") -> Work:
    count = len(matrices)
    ends = outside(fill, chain, count)
    return Work(matrices, None, border, (fill,), how, chain, np.arange(count), ends, finish)


def both(work: Work, images: np.ndarray, size_hw: tuple[int, int], output: str) -> tuple[np.ndarray, np.ndarray]:
    ours, truth = (np.empty((len(images), *size_hw, images.shape[-1]), output) for _ in range(2))
    cpu.run(work, images, ours)
    reference.run(work, images, truth)
    return ours, truth


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("how", ["nearest", "linear", "cubic", "area"])
def test_every_resampling_is_close(dtype: str, border: str, how: str) -> None:
    generator = np.random.default_rng(4)
    for size_hw, channels, out_hw in (((17, 11), 3, (9, 13)), ((1, 1), 1, (4, 5)), ((1, 9), 13, (1, 9))):
        images = pictures(dtype, (COUNT, *size_hw, channels))
        matrices = np.tile(np.eye(3), (COUNT, 1, 1))
        matrices[:, :2, :2] += generator.normal(0, 0.5, (COUNT, 2, 2))
        matrices[:, :2, 2] = generator.normal(0, 6, (COUNT, 2))
        matrices[:3, 2, :2] = generator.normal(0, 0.02, (3, 2))
        matrices[3] = np.eye(3)  # an exact one among them
        for chain in (chain_of((), Pictures(channels, np.zeros((COUNT, channels))), dtype), mixed(channels, dtype)):
            for output in ("uint8", "float32"):
                finish = Finish(output, RANGES[dtype], np.zeros(channels), np.ones(channels))
                work = work_of(matrices, border, chain, finish, 0.301 * RANGES[dtype], how)
                ours, truth = both(work, images, out_hw, output)
                apart = np.abs(ours.astype(np.float64) - truth.astype(np.float64))
                if how == "nearest" and output == "uint8" and not chain.links:
                    assert apart.max() == 0
                assert apart.max() <= (WARP_FLOAT if output == "float32" else WARP_LEVELS)
                assert output == "float32" or (apart > 0).mean() < WARP_SHARE


def mixed(channels: int, dtype: str) -> Chain:
    """A chain of every kind of link, another for each picture."""
    generator, maximum = np.random.default_rng(1), RANGES[dtype]
    matrices = np.tile(np.eye(channels, channels + 1), (2, COUNT, 1, 1)) * 0.6
    matrices[..., :-1] += generator.uniform(0, 0.4 / channels, (2, COUNT, channels, channels))
    matrices[..., -1] = generator.uniform(-0.1, 0.1, (2, COUNT, channels)) * maximum
    levels = np.linspace(0, maximum, 256)
    tables = maximum * (levels / maximum) ** generator.uniform(0.5, 2, (COUNT, channels, 1))
    return Chain((("matrix", matrices[0]), ("table", tables), ("matrix", matrices[1])), maximum, channels)


def test_a_fill_under_a_fraction_of_a_pixel_goes_through_the_later_changes_only() -> None:
    matrices = np.array([[[1.0, 0, -0.25], [0, 1, 0], [0, 0, 1]]])
    steps = Compose([Invert(p=1)]).plan(IDS[:1], 0, (1, 2)).steps
    chain, none = (chain_of(some, Pictures(1, np.zeros((1, 1))), "uint8") for some in (steps, ()))
    image = np.array([[[[100], [100]]]], np.uint8)
    finish = Finish("float32", 255.0, np.zeros(1), np.ones(1))
    for after, expected in ((chain, 0.75 * 155 + 0.25 * 215), (none, 0.75 * 155 + 0.25 * 40)):
        index = np.zeros(1, np.int64)
        work = Work(matrices, None, "constant", (40.0,), "linear", chain, index, outside(40.0, after, 1), finish)
        for found in both(work, image, (1, 2), "float32"):
            np.testing.assert_allclose(found[0, 0, 0, 0] * 255, expected, rtol=WARP_FLOAT)


@pytest.mark.parametrize("how", ["nearest", "linear", "cubic", "area"])
def test_two_thousand_random_matrices(how: str) -> None:
    generator = np.random.default_rng(7)
    differing = total = 0
    for start in range(0, 2000, 100):
        border, channels = BORDERS[start // 100 % 5], (1, 3, 4)[start // 100 % 3]
        size_hw, out_hw = generator.integers(2, 40, 2), generator.integers(1, 40, 2)
        images = pictures("uint8", (100, *size_hw, channels))
        matrices = np.tile(np.eye(3), (100, 1, 1))
        matrices[:, :2, :2] += generator.normal(0, 0.7, (100, 2, 2))
        matrices[:, :2, 2] = generator.normal(0, 1, (100, 2)) * size_hw[::-1]
        matrices[::3, 2, :2] = generator.normal(0, 0.01, (34, 2))
        matrices[1::7, :2, :2] = np.round(matrices[1::7, :2, :2])
        matrices[1::5, :2, 2] = np.floor(matrices[1::5, :2, 2]) + 0.5  # halves
        chain = chain_of((), Pictures(channels, np.zeros((100, channels))), "uint8")
        finish = Finish("uint8", 255.0, np.zeros(channels), np.ones(channels))
        work = work_of(matrices, border, chain, finish, 77.3, how)
        ours, truth = both(work, images, tuple(out_hw), "uint8")
        apart = np.abs(ours.astype(int) - truth)
        assert apart.max() <= (0 if how == "nearest" else WARP_LEVELS)
        differing, total = differing + (apart > 0).sum(), total + apart.size
    assert differing / total < WARP_SHARE


@pytest.mark.parametrize("how", ["nearest", "linear", "cubic", "area"])
@pytest.mark.parametrize("size_hw", [(3, 40_000), (40_000, 2)])
def test_very_long_pictures(how: str, size_hw: tuple[int, int]) -> None:
    images = pictures("uint8", (2, *size_hw, 3))
    for border in BORDERS:
        matrices = np.tile(np.eye(3), (2, 1, 1))
        matrices[0] = [[1.0003, 1e-5, -3.3], [2e-5, 0.9998, 0.2], [0, 0, 1]]
        matrices[1] = [[-0.7, 0, size_hw[1] + 40.0], [0, -0.7, size_hw[0] + 40.0], [1e-9, 0, 1]]
        chain = chain_of((), Pictures(3, np.zeros((2, 3))), "uint8")
        finish = Finish("uint8", 255.0, np.zeros(3), np.ones(3))
        ours, truth = both(work_of(matrices, border, chain, finish, 77.3, how), images, size_hw, "uint8")
        apart = np.abs(ours.astype(int) - truth)
        assert apart.max() <= (0 if how == "nearest" else WARP_LEVELS) and (apart > 0).mean() < WARP_SHARE


def test_the_end_of_a_picture_is_not_read_past() -> None:
    """The last pixels before memory that may not be read, where one load takes more than two pixels."""
    mmap = pytest.importorskip("mmap")
    page = mmap.PAGESIZE
    for channels in (1, 3, 4):
        memory = mmap.mmap(-1, page)
        size = 20 * 12 * channels
        image = np.frombuffer(memory, np.uint8, size, page - size).reshape(1, 20, 12, channels)
        flip = Compose([HorizontalFlip(p=1), Invert(p=1)]).plan(IDS[:1], 0, (20, 12))
        assert (apply(flip, image) == 255).all()
        matrices = np.array([[[0.9, 0, 1.3], [0, 0.9, 2.1], [0, 0, 1]]])
        chain = chain_of((), Pictures(channels, np.zeros((1, channels))), "uint8")
        finish = Finish("uint8", 255.0, np.zeros(channels), np.ones(channels))
        for border in BORDERS:
            ours, truth = both(work_of(matrices, border, chain, finish, 0.0), image, (25, 30), "uint8")
            assert np.array_equal(ours, truth)
        del image


def test_threads_give_what_one_thread_gives() -> None:
    images = pictures("uint8", (COUNT, 17, 11, 3))
    compose = Compose([Translate(fraction=0.4), HorizontalFlip(), Invert()])

    def work(epoch: int) -> np.ndarray:
        return apply(compose.plan(IDS, epoch, (17, 11)), images, output="float32", layout="NCHW")

    with ThreadPoolExecutor(4) as pool:
        assert all(np.array_equal(a, b) for a, b in zip(pool.map(work, range(40)), map(work, range(40)), strict=True))


def test_values_that_are_no_numbers_pass_through() -> None:
    images = np.array([[[[np.nan], [np.inf], [-np.inf], [0.5]]]], np.float32)
    plan = Compose([HorizontalFlip(p=1)]).plan(IDS[:1], 0, (1, 4))
    for backend in ("cpu", "reference"):
        flipped = apply(plan, images, output="float32", backend=backend)
        assert np.array_equal(flipped, images[:, :, ::-1], equal_nan=True)
        assert apply(plan, images, output="uint8", backend=backend)[0, 0, :, 0].tolist() == [128, 0, 255, 0]
