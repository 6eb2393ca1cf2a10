"""An architecture as a person sees it: a bar for the size of the maps at each stage."""

from hardy.models.layer_table import LayerTable

BAR = 24
"""Characters of the picture's own size."""


def draw_diagram(table: LayerTable) -> list[str]:
    """A line for each run of stages of one shape: names, a bar as long as the picture is high, the shape.

    Example:
        >>> from hardy.models import find_architecture
        >>> from hardy.models.layer_table import layer_table
        >>> for line in draw_diagram(layer_table(find_architecture("conv-16"))):
        ...     print(line)
        picture                     ████████████████████████ 1×28×28
        features.0 … features.1     ██████████████████████▎  16×26×26
        features.2 … features.3     ███████████▏             16×13×13
        features.4                  ·                        2704
        head                        ·                        10
    """
    runs: list[tuple[list[str], tuple[int, ...]]] = [(["picture"], table.input)]
    for name, shape in table.stages:
        if shape == runs[-1][1] and len(runs) > 1:
            runs[-1][0].append(name)
        else:
            runs.append(([name], shape))
    return [_line(names, shape, table.input[1]) for names, shape in runs]


def _line(names: list[str], shape: tuple[int, ...], height: int) -> str:
    title = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
    bar = _bar(shape[1] / height) if len(shape) == 3 else "·"
    return f"{title:<28}{bar:<{BAR}} {'×'.join(map(str, shape))}"


def _bar(share: float) -> str:
    eighths = max(1, round(share * BAR * 8))
    return "█" * (eighths // 8) + ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")[eighths % 8]
