"""Runs a loaded model's graph node by node.

Rasa has Dask plan the same small graph anew at every parse and every prediction, which takes as
long as some of the nodes themselves; a plan that is kept gives the same results.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

_Step = tuple[str, GraphNode, tuple[str, ...]]


class PlannedRunner(DaskGraphRunner):
    """Stands in the place of Rasa's runner; see `bot.dialogue.processor.take_over`."""

    def run(
        self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
    ) -> dict[str, Any]:
        """What the targets give, by their names.

        Args:
            inputs: what nodes need and no other node gives.
            targets: the nodes that are asked; the model's own when None.

        Raises:
            GraphRunError: something that a node needs was not given.
        """
        wanted = tuple(targets or self._graph_schema.target_names)
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in self._plan(wanted):
            try:
                done[name] = node(*[done[need] for need in needs])
            except KeyError as error:
                raise GraphRunError(f"{name} needs {error}, which nobody gave") from error
        return dict(done[name] for name in wanted)

    def _plan(self, wanted: tuple[str, ...]) -> tuple[_Step, ...]:
        plans: dict[tuple[str, ...], tuple[_Step, ...]] = self.__dict__.setdefault("_plans", {})
        if wanted not in plans:
            nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            plans[wanted] = tuple(
                (name, self._instantiated_nodes[name], needs[name])
                for name in TopologicalSorter(needs).static_order()
                if name in nodes
            )
        return plans[wanted]
