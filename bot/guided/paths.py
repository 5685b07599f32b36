"""Every way through a dialogue: for its tests, and for the table of services in the docs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.guided.dialogue import Dialogue, Kind, Lookup, Step, next_step, nothing_known

Samples = Mapping[Kind, Sequence[str]]


def paths(
    dialogue: Dialogue,
    *,
    samples: Samples,
    known: Mapping[str, str] | None = None,
    lookup: Lookup = nothing_known,
) -> Iterator[dict[str, str]]:
    """The answers of each way to the end, in the order of the questions.

    Args:
        dialogue: the steps.
        samples: what stands for the answers of steps without choices, by kind.
        known: what is known at the start, and so not asked.
        lookup: the fact tables behind conditions.
    """
    waiting: list[dict[str, str]] = [{}]
    while waiting:
        answers = waiting.pop()
        step = next_step(dialogue, answers, known, lookup=lookup)
        if step is None:
            yield answers
        else:
            waiting.extend({**answers, step.key: value} for value in _values(step, samples))


def _values(step: Step, samples: Samples) -> Sequence[str]:
    if step.kind is Kind.CHOICE:
        return [choice.value for choice in step.choices if not choice.ends]
    return samples.get(step.kind, ("x",))
