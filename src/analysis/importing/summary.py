"""What an import says of itself: the rows made, and the numbers passed over, by why."""

from collections import Counter
from pathlib import Path

from analysis.importing.layouts import Layout
from analysis.importing.rows import Outcome
from notebook_runner.files import sha256

_SHOWN = 12  # names of what was passed over


def counted(outcome: Outcome) -> str:
    """What was passed over, in one line; empty if nothing was."""
    return "; ".join(_passed(outcome))


def _passed(outcome: Outcome) -> list[str]:
    """What was passed over, by why: the count, and the first names."""
    kinds: dict[str, list[str]] = {}
    for why, count in sorted(outcome.passed.items()):
        if count:
            kinds.setdefault(why.partition(": ")[0], []).append(why)
    return [
        f"{sum(outcome.passed[why] for why in whys)} {kind}{_names(whys)}"
        for kind, whys in kinds.items()
    ]


def _names(whys: list[str]) -> str:
    names = [name for why in whys if (name := why.partition(": ")[2])]
    more = f"; and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f" ({'; '.join(names[:_SHOWN])}{more})" if names else ""


def summary(
    path: Path, layout: Layout, how: str, outcome: Outcome, unread: list[str]
) -> str:
    """Which layout a file has, its hash, and what became of its numbers, a line each."""
    made = Counter(row["measure"] for row in outcome.rows)
    title = layout.title or "a table of your own"
    lines = [
        f"{path.name}: {title} (--as {layout.name}), {how}, SHA-256 {sha256(path)}",
        f"rows made: {len(outcome.rows)}",
        *(f"  {count:>5} {measure}" for measure, count in sorted(made.items())),
        "numbers refused: 0",
        f"numbers passed over: {outcome.passed.total()}",
        *(f"  {line}" for line in _passed(outcome)),
        *([f"sheets not read: {', '.join(unread)}"] if unread else []),
        *([f"totals that add up: {outcome.totals}"] if outcome.totals else []),
    ]
    return "\n".join(lines)
