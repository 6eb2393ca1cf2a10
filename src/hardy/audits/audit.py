"""What an audit came to: the findings, and the counts they rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hardy.dataset import Refused
from hardy.findings import SEVERITIES, Finding, Severity, most_important


@dataclass(frozen=True)
class Audit:
    """The state of a pile of pictures.

    Args:
        location: what was audited, as the user named it.
        images: how many can be read.
        counts: readable images per class.
        splits: readable images per side; empty where the source has none.
        refused: what was found and cannot be used, with reasons.
        findings: of all checks, in the order of the checks.
        paths: where each sample that a finding names lies, by id.
        fingerprint: of the pictures and of what was refused.
    """

    location: str
    images: int
    counts: dict[str, int]
    splits: dict[str, int]
    refused: Sequence[Refused]
    findings: tuple[Finding, ...]
    paths: dict[str, str] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def actions(self) -> list[Finding]:
        """The three that matter most, worst first."""
        return most_important(list(self.findings))

    def refused_names(self, count: int = 3) -> str:
        """The first few files that were passed over, since they are not named like pictures."""
        names = [f"{entry.uri} ({entry.reason})" for entry in self.refused if not entry.id]
        return ", ".join(names[:count]) + (", …" if len(names) > count else "")

    @property
    def worst(self) -> Severity | None:
        """The highest severity among the findings; None without any."""
        return max((f.severity for f in self.findings), key=SEVERITIES.index, default=None)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "fingerprint": self.fingerprint,
            "location": self.location,
            "images": self.images,
            "counts": self.counts,
            "splits": self.splits,
            "refused": [vars(entry) for entry in self.refused],
            "findings": [finding.to_dict() for finding in self.findings],
            "paths": self.paths,
        }
