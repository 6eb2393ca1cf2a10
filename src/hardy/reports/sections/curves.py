"""The course of a training."""

import math

from hardy.reports.figures import Line, draw_lines
from hardy.reports.page import Section
from hardy.reports.rendering import render
from hardy.reports.wording import NOTHING, count
from hardy.training.history import EpochMetrics


def _fixed(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".replace("-", "−") if math.isfinite(value) else NOTHING


def show_curves(history: list[EpochMetrics]) -> Section:
    """Loss and accuracy over the epochs as curves, and every epoch's figures in a table.

    Args:
        history: one entry per epoch, in order; may be empty.
    """
    epochs = [row.epoch for row in history]
    charts = [
        draw_lines(
            "Loss, nats (lower is better)",
            epochs,
            [
                Line("train", [row.train_loss for row in history], "train"),
                Line("validation", [row.val_loss for row in history], "val"),
            ],
        ),
        draw_lines(
            "Accuracy (higher is better)",
            epochs,
            [
                Line("train", [row.train_accuracy for row in history], "train"),
                Line("validation", [row.val_accuracy for row in history], "val"),
            ],
            as_percent=True,
        ),
    ]
    rows = [
        {
            "epoch": row.epoch,
            "losses": [_fixed(row.train_loss, 4), _fixed(row.val_loss, 4)],
            "accuracies": [row.train_accuracy, row.val_accuracy],
            "learning_rate": f"{row.learning_rate:.3g}" if math.isfinite(row.learning_rate) else NOTHING,
            "seconds": _fixed(row.seconds, 1),
        }
        for row in history
    ]
    seconds = sum(row.seconds for row in history if math.isfinite(row.seconds))
    html = render("curves.html", charts=charts, rows=rows, epochs=count(len(rows), "epoch"), seconds=_fixed(seconds, 0))
    return Section("Course of the training", html, "training")
