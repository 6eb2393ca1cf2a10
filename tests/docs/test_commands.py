"""Every command and option is named in docs/commands.md, and what the documentation shows can be typed."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from hardy.cli.app import COMMANDS, build_app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
GROUP = typer.main.get_command(build_app())


def sections() -> dict[str, str]:
    text = (ROOT / "docs" / "commands.md").read_text()
    return dict(re.findall(r"^## hardy (\S+)\n(.*?)(?=^## |\Z)", text, re.M | re.S))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented(command: str) -> None:
    section = sections()[command]
    parameters = GROUP.commands[command].params
    assert parameters
    for parameter in parameters:
        for option in parameter.opts:
            if option.startswith("--"):
                assert option in section, f"{option} of hardy {command}: run python docs/write_commands.py"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_examples_and_no_dead_option(command: str) -> None:
    section = sections()[command]
    assert f"hardy {command}" in section.split("Examples:")[1]
    known = {option for parameter in GROUP.commands[command].params for option in parameter.opts} | {"--help"}
    documented = set(re.findall(r"^ +(?:-q, )?(--[a-z-]+)", section, re.M))
    assert documented <= known


def shown_lines() -> list[tuple[str, str]]:
    lines = []
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.S):
            lines += [(page.name, line) for line in block.splitlines() if line.startswith("hardy ")]
    return lines


@pytest.mark.parametrize(("page", "line"), shown_lines())
def test_what_the_pages_show_is_accepted_by_the_parser(page: str, line: str) -> None:
    command, *words = shlex.split(line, comments=True)[1:]
    context = GROUP.commands[command].make_context(command, words, resilient_parsing=False)
    assert context.params, f"{page}: {line}"


def test_links_lead_somewhere() -> None:
    for page in [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} → {target}"


def test_architecture_names_every_folder_and_nothing_that_is_gone() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    source = ROOT / "src" / "hardy"
    folders = {path.name for path in source.iterdir() if (path / "__init__.py").exists()}
    assert folders == set(re.findall(r" ([a-z]+)/$", text, re.M))
    for file in re.findall(r"`([a-z_]+/[a-z_/]+\.(?:py|html))`", text):
        assert (source / file.removeprefix("hardy/")).exists(), file
