"""hardy models"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hardy.cli.options import Json

if TYPE_CHECKING:
    from hardy.models import Architecture
    from hardy.models.layer_table import LayerTable


def models(
    name: Annotated[str | None, typer.Argument(help="One of them, layer by layer.", show_default=False)] = None,
    json: Json = False,
) -> int:
    """List the networks that hardy trains, or show one layer by layer.

    Parameters are those at the size and number of classes that the network was published for. Errors are those that
    its paper reports, not measured here. dense and conv take any list of widths or filters, such as conv-8-16-32.

    \b
    Examples:
      hardy models
      hardy models resnet-18
      hardy train photos.hardy --model resnet-9
    """
    from hardy.cli import terminal
    from hardy.models import ARCHITECTURES, find_architecture
    from hardy.models.layer_table import layer_table

    if name is not None:
        architecture = find_architecture(name)
        table = layer_table(architecture)
        if json:
            terminal.print_json({**_entry(architecture), **_layers(table)})
        else:
            _show(architecture, table)
        return 0
    if json:
        terminal.print_json([_entry(each) for each in ARCHITECTURES.values()])
        return 0
    rows = []
    for each in map(_entry, ARCHITECTURES.values()):
        size = f"{each['input'][1]}×{each['input'][2]}"
        first = (each["name"], str(each["year"] or "–"), str(each["depth"]), f"{each['parameters']:,}", size)
        rows.append((*first, each["error"] or "–", each["author"]))
    terminal.print_table(
        ["model", "year", "depth", "parameters", "input", "error", "paper"], rows, right=[1, 2, 3], tight=True
    )
    terminal.print_wrapped(
        "Errors are the papers' own, often of several networks together: hardy models NAME says of what. Years, depths "
        "and parameters differ from the lecture's table where that is wrong (LeNet-5 is of 1998, AlexNet of 2012)."
    )
    return 0


def _entry(architecture: "Architecture") -> dict[str, Any]:
    import torch

    from hardy.models import count_parameters, count_statistics

    with torch.device("meta"):
        network = architecture.build(architecture.input[0], architecture.input[1:], architecture.classes)
    return {
        "name": architecture.name,
        "year": architecture.year,
        "depth": architecture.depth,
        "parameters": count_parameters(network),
        "statistics": count_statistics(network),
        "input": list(architecture.input),
        "classes": architecture.classes,
        "smallest": architecture.smallest,
        "author": architecture.author,
        "reference": architecture.reference,
        "error": architecture.error,
        "error_note": architecture.error_note,
        "task": architecture.task,
        "summary": architecture.summary,
    }


def _layers(table: "LayerTable") -> dict[str, Any]:
    return {"multiply_adds": table.multiply_adds, "layers": [vars(layer) for layer in table.layers]}


def _show(architecture: "Architecture", table: "LayerTable") -> None:
    from hardy.cli import terminal
    from hardy.models.diagram import draw_diagram

    terminal.print_wrapped(f"{architecture.name}: {architecture.summary}")
    published = "" if architecture.year is None else f", {architecture.year}"
    terminal.print_wrapped(f"reference   {architecture.reference}{published}", " " * 12)
    terminal.print_wrapped(f"error       {architecture.error or 'none reported'}: {architecture.error_note}", " " * 12)
    terminal.print_wrapped(
        f"input       {'×'.join(map(str, table.input))}, {table.classes:,} classes; "
        f"any size from {architecture.smallest}×{architecture.smallest}"
    )
    kept = (
        f", {table.parameters + table.statistics:,} with what is measured rather than learned"
        if table.statistics
        else ""
    )
    terminal.print_wrapped(f"parameters  {table.parameters:,}{kept}")
    terminal.print_wrapped(f"cost        {table.multiply_adds:,} multiply-adds a picture")
    terminal.print_line()
    for line in draw_diagram(table):
        terminal.print_line(line)
    terminal.print_line()
    rows = [
        (
            layer.name,
            layer.kind,
            "×".join(map(str, layer.output)),
            f"{layer.parameters:,}" if layer.parameters else "",
            f"{layer.multiply_adds:,}" if layer.multiply_adds else "",
        )
        for layer in table.layers
    ]
    terminal.print_table(["layer", "kind", "output", "parameters", "multiply-adds"], rows, right=[3, 4], tight=True)
