"""U-Net on a task that needs both what there is and where: discs, of which only the bright ones count."""

import torch
from torch.nn import functional

from hardy.models import ARCHITECTURES


def discs(count: int, seed: int, size_hw: tuple[int, int] = (37, 43)) -> tuple[torch.Tensor, torch.Tensor]:
    """Noise with a bright and a dark disc each, and the mask of the bright one."""
    generator = torch.Generator().manual_seed(seed)
    height, width = size_hw
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    images = 0.3 * torch.randn(count, 1, height, width, generator=generator)
    masks = torch.zeros(count, height, width, dtype=torch.long)
    for row in range(count):
        for level in (-1.0, 1.0):
            centre = torch.rand(2, generator=generator) * torch.tensor([height - 12, width - 12]) + 6
            inside = (y - centre[0]) ** 2 + (x - centre[1]) ** 2 <= 25
            images[row, 0][inside] = level + 0.3 * torch.randn(int(inside.sum()), generator=generator)
            masks[row][inside] = int(level > 0)
    return images, masks


def overlap(one: torch.Tensor, other: torch.Tensor) -> float:
    """Pixels in both over pixels in either."""
    return float((one & other).sum() / (one | other).sum())


def test_it_learns_where_the_bright_discs_are() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = ARCHITECTURES["u-net"].build(1, (37, 43), 2, 0.0, 0.0625)
    images, masks = discs(32, seed=1)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(80):
        optimizer.zero_grad()
        functional.cross_entropy(network(images), masks, weight=torch.tensor([1.0, 2.0])).backward()
        optimizer.step()
    network.eval()
    images, masks = discs(16, seed=2, size_hw=(29, 50))  # of another size, too
    with torch.no_grad():
        found = network(images).argmax(dim=1)
    assert overlap(found, masks) > 0.85
    assert overlap((images[:, 0] > 0.5).long(), masks) < 0.75  # what a threshold reaches
