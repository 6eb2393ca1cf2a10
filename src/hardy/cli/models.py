"""hardy models"""

from hardy.cli.options import Json


def models(json: Json = False) -> int:
    """List the networks that hardy trains.

    Parameters are those for 28×28 grey pictures of 10 classes.

    \b
    Examples:
      hardy models
      hardy train photos.hardy --model dense-512-512
    """
    from hardy.cli import terminal
    from hardy.models import FAMILIES, build_model, count_parameters

    entries = [
        {"name": name, "parameters": count_parameters(build_model(name, 1, (28, 28), 10)), "summary": family.summary}
        for family in FAMILIES.values()
        for name in family.examples
    ]
    if json:
        terminal.print_json(entries)
        return 0
    rows = [(str(entry["name"]), f"{entry['parameters']:,}", str(entry["summary"])) for entry in entries]
    terminal.print_table(["model", "parameters", "what it is"], rows, right=[1])
    return 0
