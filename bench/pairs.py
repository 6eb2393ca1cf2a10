"""Two sides timed in turn, in one process and one thread, and what is printed and kept about them."""

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

HISTORY = Path(__file__).parent / "history.jsonl"


@dataclass(frozen=True)
class Pair:
    """Medians in milliseconds, and how many times as fast as the peer we are, with a 95% interval of that median."""

    ours_ms: float
    peer_ms: float
    ratio: float
    low: float
    high: float
    rounds: int


def time_pair(ours: Callable[[], Any], peer: Callable[[], Any], seconds: float) -> Pair:
    """Alternate for so many seconds; which side begins changes from round to round."""
    for call in (ours, peer):
        call()  # what is compiled or allocated once is none of a call's time
    mine_calls, their_calls = (max(1, int(0.004 / _time(call, 2))) for call in (ours, peer))  # each warm, so long
    spent, rounds = time.perf_counter(), []
    while time.perf_counter() - spent < seconds or len(rounds) < 11:
        if len(rounds) % 2:
            theirs = _time(peer, their_calls)
            rounds.append((_time(ours, mine_calls), theirs))
        else:
            mine = _time(ours, mine_calls)
            rounds.append((mine, _time(peer, their_calls)))
    times = np.array(rounds)
    ratios = np.sort(times[:, 1] / times[:, 0])
    count = len(ratios)
    reach = 0.98 * np.sqrt(count)  # of the median's rank, by the binomial distribution
    low, high = ratios[max(0, int(count / 2 - reach))], ratios[min(count - 1, int(np.ceil(count / 2 + reach)))]
    mine, theirs = np.median(times, axis=0) * 1e3
    return Pair(float(mine), float(theirs), float(np.median(ratios)), float(low), float(high), count)


def _time(call: Callable[[], Any], calls: int) -> float:
    began = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - began) / calls


def report(bench: str, name: str, peer: str, pair: Pair, versions: dict[str, str], note: str = "") -> None:
    """Print a line, and keep it with where it was measured."""
    print(
        f"{name} {pair.ours_ms:.4f} ms | {peer} {pair.peer_ms:.4f} | {pair.ratio:.3f} "
        f"[{pair.low:.3f}, {pair.high:.3f}] n={pair.rounds}{note}",
        flush=True,
    )
    keep(bench, {"name": name, "peer": peer, **vars(pair)}, versions)


def keep(bench: str, values: dict[str, Any], versions: dict[str, str]) -> None:
    """Append a figure to bench/history.jsonl."""
    git = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    row = {"bench": bench, **values, "commit": git.stdout.strip(), "machine": machine, "versions": versions}
    with HISTORY.open("a") as file:
        file.write(json.dumps(row) + "\n")
