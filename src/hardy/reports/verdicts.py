"""From figures to a verdict, by rules that are written down."""

import math

from hardy.audits.audit import Audit
from hardy.challenges.scorecard import Score, Scorecard
from hardy.errors import InputError
from hardy.findings import Proportion
from hardy.reports.changes import Change, compare
from hardy.reports.page import Tone, Verdict
from hardy.reports.wording import count, half_width, interval, percent, points, shorten
from hardy.training.evaluation import Evaluation

FEW_IMAGES = 100
"""Below so many pictures the interval is said to be wide."""

CLEAR_FALL = 0.05
"""A challenge set falls clearly where its interval ends more than this below the test accuracy."""


_TONES: tuple[Tone, ...] = ("good", "warning", "bad")


def _quote(name: str) -> str:
    return f"“{shorten(name, 40)}”"


def _challenge_sets(scorecard: Scorecard | None) -> list[Score]:
    """The altered sets that were measured."""
    scores = scorecard.scores if scorecard else ()
    return [score for score in scores if score.name != "test" and score.accuracy.n]


def _find_plain(scorecard: Scorecard | None) -> Proportion | None:
    """The accuracy on the scorecard's own plain set, where there is one."""
    scores = scorecard.scores if scorecard else ()
    return next((score.accuracy for score in scores if score.name == "test" and score.accuracy.n), None)


def _judge_sets(sets: list[Score], plain: Proportion) -> Verdict:
    """Hold altered sets, at least one, against the plain accuracy; the headline is the second half of a sentence."""
    weakest = min(sets, key=lambda score: score.accuracy.value)
    fallen = [score for score in sets if plain.value - score.accuracy.high > CLEAR_FALL]
    value = percent(weakest.accuracy.value)
    drop = (
        f"{points(weakest.accuracy.value - plain.value)} points against {percent(plain.value)} without any alteration"
    )
    notes = [f"Weakest set: {_quote(weakest.name)}, {weakest.accuracy}, {drop}"]
    if fallen:
        clause = f"falls to {value} on the challenge set {_quote(weakest.name)}"
        falls = "falls" if len(fallen) == 1 else "fall"
        notes.append(f"{len(fallen)} of {count(len(sets), 'challenge set')} {falls} clearly, by more than 5 points")
    else:
        clause = f"at least {value} on {'each of ' if len(sets) > 1 else ''}{count(len(sets), 'challenge set')}"
    if weakest.accuracy.value < plain.value / 2:
        notes.append(f"On {_quote(weakest.name)} it is right less than half as often as on the pictures as they are")
        return Verdict(clause, "bad", notes)
    return Verdict(clause, "warning" if fallen else "good", notes)


def judge(evaluation: Evaluation, scorecard: Scorecard | None = None) -> Verdict:
    """Judge a model by its test pictures and, where there are any, its challenge sets.

    Rules, the first that holds decides:

    - "bad": nothing was measured; the test accuracy's 95% interval reaches down to the share of the most frequent
      class (always answering that class would do as well); or a challenge set's accuracy is below half of the plain
      one.
    - "warning": the upper end of a challenge set's interval lies more than 5 points below the plain accuracy; or there
      are fewer than 100 test pictures.
    - "good": else.

    Args:
        evaluation: on the test pictures.
        scorecard: of the challenge sets; they are held against its plain set, called "test".
    """
    accuracy, name = evaluation.accuracy, shorten(evaluation.name, 40)
    if not accuracy.n:
        return Verdict(f"Nothing was measured: there are no {name} pictures", "bad", [])
    measured = count(accuracy.n, f"{name} picture")
    headline = f"{percent(accuracy.value)} right on {measured}"
    notes = [f"{measured}: the 95% interval is {interval(accuracy)}, ±{half_width(accuracy)} points"]
    tones: list[Tone] = ["good"]
    if accuracy.n < FEW_IMAGES:
        tones.append("warning")
        notes.append(f"Fewer than {FEW_IMAGES} {name} pictures: the interval is wide")
    if sets := _challenge_sets(scorecard):
        challenges = _judge_sets(sets, _find_plain(scorecard) or accuracy)
        tones.append(challenges.tone)
        headline += f"; {challenges.headline}"
        notes += challenges.points
    else:
        notes.append("Not tried on challenge sets: how it holds up on altered pictures is not known")
    frequent = max(evaluation.per_class, key=lambda figures: figures.recall.n)
    guess = frequent.recall.n / accuracy.n
    if accuracy.low <= guess:
        tones.append("bad")
        headline = f"No better than guessing: {headline}"
        notes.insert(0, f"Always answering {_quote(frequent.name)} would be right on {percent(guess)} of them")
    return Verdict(headline, max(tones, key=_TONES.index), notes)


def judge_scorecard(card: Scorecard) -> Verdict:
    """Judge a scorecard on its own, by the rules of `judge` for challenge sets.

    Raises:
        InputError: it has no plain set "test" to hold the others against, or that set is empty.
    """
    plain, sets = _find_plain(card), _challenge_sets(card)
    if plain is None:
        raise InputError("the scorecard has no pictures in a set called test, which the others are held against")
    headline = f"{percent(plain.value)} right on {count(plain.n, 'picture')} as they are"
    if not sets:
        return Verdict(headline, "good", ["No challenge set was measured"])
    challenges = _judge_sets(sets, plain)
    return Verdict(f"{headline}; {challenges.headline}", challenges.tone, challenges.points)


def judge_audit(audit: Audit) -> Verdict:
    """Judge a pile of pictures by its findings.

    Rules: "bad" where no picture can be read or a finding is an error; "warning" where one is a warning; else "good".
    The points are what matters most, how evenly the classes are filled, and how much was refused.
    """
    if not audit.images:
        refused = f"{count(len(audit.refused), 'file')} refused, each with its reason below"
        return Verdict("No picture can be read", "bad", [refused])
    tones: dict[str | None, Tone] = {"error": "bad", "warning": "warning"}
    parts = [
        count(number, noun)
        for noun in ("error", "warning")
        if (number := sum(finding.severity == noun for finding in audit.findings))
    ]
    found = " and ".join(parts) if parts else "nothing that needs mending"
    headline = f"{count(audit.images, 'picture')} in {count(len(audit.counts), 'class', 'classes')}; found: {found}"
    notes = [f"First: {finding.message.rstrip('.')}. {finding.fix}" for finding in audit.actions[:1]]
    if audit.counts:
        fewest, most = min(audit.counts.values()), max(audit.counts.values())
        notes.append(f"Pictures per class: {count(fewest)}{f' to {count(most)}' if most > fewest else ''}")
    if audit.refused:
        notes.append(f"{count(len(audit.refused), 'file')} refused, each with its reason below")
    return Verdict(headline, tones.get(audit.worst, "good"), notes)


def judge_comparison(before: Scorecard, after: Scorecard) -> Verdict:
    """Judge a change by the sets that both scorecards hold.

    A set is better or worse where the two 95% intervals do not overlap. Rules, the first that holds decides:

    - "bad": the plain set "test" is worse, or some set is worse and none is better.
    - "warning": some set is worse, or none is better.
    - "good": else: at least one better, none worse.

    Raises:
        InputError: the scorecards have no set in common.
    """
    changes = compare(before, after)
    better = [change for change in changes if change.mark == "better"]
    worse = [change for change in changes if change.mark == "worse"]
    tone: Tone = "good"
    if worse or not better:
        tone = "warning"
    if any(change.name == "test" for change in worse) or (worse and not better):
        tone = "bad"
    headline = f"{len(better) or 'None'} of {count(len(changes), 'set')} better, {len(worse) or 'none'} worse"
    ranked = sorted((c for c in changes if math.isfinite(c.gain)), key=lambda change: change.gain)
    if ranked and (better or worse):
        headline += f"; {_describe(ranked[-1] if better else ranked[0])}"
    notes = [f"Better: {_describe(change)}" for change in reversed(ranked) if change in better][:3]
    notes += [f"Worse: {_describe(change)}" for change in ranked if change in worse][:3]
    unclear = len(changes) - len(better) - len(worse)
    if unclear:
        notes.append(f"No clear change on {count(unclear, 'set')}: the 95% intervals before and after overlap")
    return Verdict(headline, tone, notes)


def _describe(change: Change) -> str:
    return f"{_quote(change.name)} from {percent(change.before.value)} to {percent(change.after.value)}"
