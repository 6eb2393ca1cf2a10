"""What compiled loops read lies in files that the key of their cache is made of: nothing stale is ever served."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src"
KERNELS = sorted(SOURCE.rglob("*_kernels.py"))


def outside_of_the_key(text: str) -> list[str]:
    """What a file takes from hardy that is neither the decorator nor another file of kernels."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            whole = module.endswith(("_kernels", "hardy.kernel"))
            found += [module if whole else f"{module}.{alias.name}" for alias in node.names]
    ours = [name for name in found if name.startswith((".", "hardy"))]
    return [name for name in ours if not name.endswith(("_kernels", "hardy.kernel"))]


@pytest.mark.parametrize("path", [pytest.param(path, id=path.name) for path in KERNELS])
def test_kernels_read_nothing_but_kernels(path: Path) -> None:
    assert outside_of_the_key(path.read_text(encoding="utf-8")) == []


def test_a_constant_from_another_file_is_noticed() -> None:
    assert len(KERNELS) > 20
    assert outside_of_the_key("from hardy.augmentation.values import RANGES") == ["hardy.augmentation.values.RANGES"]
    assert outside_of_the_key("from .values import RANGES\nimport hardy.rng") == [".values.RANGES", "hardy.rng"]
    assert outside_of_the_key("from hardy.a import lane_kernels as lanes\nfrom hardy.kernel import kernel") == []


def test_functions_under_the_decorator_lie_in_such_files() -> None:
    others = [path for path in SOURCE.rglob("*.py") if path not in KERNELS and path.name != "kernel.py"]
    assert [path.name for path in others if "\n@kernel" in path.read_text(encoding="utf-8")] == []
