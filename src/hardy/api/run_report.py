"""The pages of trained models, from what lies in their run folders."""

from dataclasses import replace
from pathlib import Path

from hardy.audits import Audit
from hardy.challenges import Scorecard
from hardy.challenges.scorecard import SCORES
from hardy.dataset import Dataset
from hardy.files import read_json
from hardy.reports import (
    Section,
    judge,
    judge_comparison,
    show_audit,
    show_challenge,
    show_comparison,
    show_confusion,
    show_curves,
    show_evaluation,
    show_mistakes,
    show_settings,
    write_page,
)
from hardy.training.evaluation import Evaluation
from hardy.training.run import Run

MISTAKES = 24


def write_run_report(run: Run, folder: Path, rows: Dataset | None, path: Path | None = None) -> None:
    """The page of a model, from what lies in a folder of results.

    Args:
        run: the training.
        folder: with `predictions.csv`, and `scorecard.json` where it was challenged.
        rows: the pictures that were predicted; without them the mistakes are listed without pictures.
        path: of the page; `report.html` in the folder by default.
    """
    name = str(read_json(folder / "evaluation.json").get("name", "test"))
    evaluation = Evaluation.from_csv(folder / "predictions.csv", name)
    card = Scorecard.load(folder) if (folder / SCORES).is_file() else None
    sections = run_sections(run, evaluation, card, rows)
    write_page(path or folder / "report.html", f"{run.config.model} in {run.name}", judge(evaluation, card), sections)


def run_sections(run: Run, evaluation: Evaluation, card: Scorecard | None, rows: Dataset | None) -> list[Section]:
    """What was measured, where it fails, and everything needed to do it again."""
    sections = [show_evaluation(evaluation)]
    if card:
        sections.append(show_challenge(card))
    sections.append(show_confusion(evaluation))
    if rows is not None:
        sections.append(show_mistakes(evaluation, evaluation.worst_mistakes(MISTAKES), rows.image))
    return [*sections, show_curves(run.history), show_settings(run.settings(), run.environment)]


def write_comparison(
    before: Run, after: Run, audit: Audit, rows: Dataset, title: str, names: tuple[str, str], path: Path
) -> None:
    """The page of a model and the one that mends it: what changed first, then all of the second.

    Args:
        before: a challenged run.
        after: another, on the same test rows.
        audit: of the pictures both were trained on.
        rows: the test rows.
        title: of the page.
        names: of the two models, for the table's head.
        path: of the page.
    """
    cards = Scorecard.load(before.path), Scorecard.load(after.path)
    evaluation = Evaluation.from_csv(after.path / "predictions.csv")
    later = [replace(e, title=f"{e.title}, {names[1]}") for e in run_sections(after, evaluation, cards[1], rows)]
    sections = [show_comparison(*cards, names), *later, show_audit(audit, audit.paths)]
    write_page(path, title, judge_comparison(*cards), sections)
