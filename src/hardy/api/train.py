"""hardy.train"""

from pathlib import Path
from typing import Any

from hardy.api.choosing import to_config, with_model
from hardy.api.judging import Judging, own_side
from hardy.api.open import open as open_any
from hardy.augmentation import Compose
from hardy.dataset import Dataset
from hardy.dataset.normalisation import Kind
from hardy.dataset.ready import Wishes, preprocessing_for, with_sides
from hardy.dataset.shares import Share
from hardy.files import free_name
from hardy.pixels.channels import Background
from hardy.pixels.resize import Filter, Fit
from hardy.progress import SILENT, Progress
from hardy.sources import OpenOptions
from hardy.training import run as training
from hardy.training.evaluate import evaluate
from hardy.training.run import DataReference, Run, choose_device


def train(
    source: str | Path | Dataset,
    out: str | Path | None = None,
    augment: Compose | None = None,
    resume: bool = False,
    size: tuple[int, int] | None = None,
    channels: int | None = None,
    fit: Fit | None = None,
    background: Background | None = None,
    filter: Filter | None = None,
    normalise: Kind | None = None,
    test: Share | None = None,
    val: Share | None = None,
    split_seed: int | None = None,
    folds: int | None = None,
    fold: int | None = None,
    device: str = "auto",
    threads: int | None = None,
    options: OpenOptions = OpenOptions(),
    progress: Progress = SILENT,
    budget: float | None = None,
    **recipe: Any,
) -> Run:
    """Train a network, and evaluate it on the test rows once, at the end (on validation rows, where none are held out).

    Args:
        source: see `hardy.open`; a store is fastest.
        out: the run folder; `runs/<model>`, or with a number after it, by default.
        augment: what happens to training images on their way in. Its seed is not looked at: the recipe's is used.
        resume: go on where an unfinished training into `out` stopped.
        normalise: how levels become the network's numbers: "channel" (minus the training rows' mean over their
            deviation, of each channel; the default), "all" (of everything), "position" (of each pixel), "sample" (each
            picture's own), "zca" (whitened), "0..1" or "-1..1".
        size, channels, fit, background, filter, test, val, split_seed, folds, fold: as in `hardy.pack`, for what
            a store has not settled yet.
        device: "auto", "cpu", "cuda" or "mps".
        threads: that make batches; the usable processors by default.
        options: how to read the source, see `hardy.OpenOptions`.
        progress: told how far it is.
        budget: minutes that `model="auto"` may plan with.
        **recipe: fields of `hardy.training.config.TrainConfig`: model (a name, or "auto"), epochs, batch_size,
            learning_rate (the model's own by default), weight_decay, dropout, seed, keep, exact; weights (a file, a run
            folder, "imagenet" or "timm:NAME"), freeze, unfreeze_at, lowest_rate; balance, on_error.

    Returns:
        The finished run. The same seed on the same machine gives the same weights to the last bit.

    Raises:
        InputError: nothing can be read, one class only, or a setting is out of range.
        OutputError: `out` holds another training, or an unfinished one and `resume` is not set.
    """
    exact = bool(recipe.get("exact", False))
    wishes = Wishes(
        channels, size, fit, test, val, split_seed, background, normalise, exact, folds=folds, fold=fold, filter=filter
    )
    if recipe.get("model") != "auto":  # what is wrong with it is said before the pictures are read
        choose_device(device, to_config(recipe, augment, progress).model)
    opened = open_any(source, options)
    data = with_sides(opened, wishes, progress)
    side = own_side(data)
    preprocessing = preprocessing_for(data, wishes, progress)
    recipe = with_model(recipe, data, preprocessing, budget, choose_device(device), out, progress)
    config = to_config(recipe, augment, progress)
    chosen = choose_device(device, config.model)
    location = str(Path(source if isinstance(source, str | Path) else opened.location).resolve())
    reference = DataReference(location, data.fingerprint, test, val, split_seed, folds, fold, options.to_dict())
    folder = Path(out) if out is not None else free_name(Path("runs") / config.model)
    run, fresh = training.train(data, preprocessing, config, reference, folder, resume, device, threads, progress)
    if not fresh:
        progress.say(f"{folder} is this very training already, finished; nothing to do")
    if fresh or not (folder / "report.html").is_file():
        judged = Judging(run, data.split(side), side, run.path)
        judged.write(evaluate(run.bundle, judged.rows, side, None, chosen, threads, progress))
    return run
