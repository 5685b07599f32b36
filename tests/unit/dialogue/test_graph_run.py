"""Does a planned run give what Dask's would, and say what is missing?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from typing_extensions import Self

from bot.dialogue.graph_run import PlannedRunner


class Adds(GraphComponent):
    """A node: what it gets and its own number, in order."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.runs = 0

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> Self:
        return cls(config["number"])

    load = create

    def run(self, left: list[int], right: list[int] | None = None) -> list[int]:
        self.runs += 1
        return [*left, *(right or []), self._number]


def node(number: int, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs,
        uses=Adds,
        constructor_name="create",
        fn="run",
        config={"number": number},
        eager=True,
    )


# Both "far" and "near" lead to "end"; "aside" is asked for by nobody.
NODES = {
    "end": node(4, left="far", right="near"),
    "far": node(3, left="near"),
    "near": node(2, left="given"),
    "aside": node(9, left="near"),
}


def runner(kind: type[DaskGraphRunner], folder: Path) -> DaskGraphRunner:
    schema = GraphSchema(NODES)
    return kind.create(schema, LocalModelStorage(folder), ExecutionContext(schema))


@pytest.mark.parametrize("targets", [["end"], ["near"], ["aside", "far"], ["end", "end"]])
def test_every_target_gets_what_dask_gives(tmp_path: Path, targets: list[str]) -> None:
    given = {"given": [1]}
    expected = runner(DaskGraphRunner, tmp_path).run(inputs=given, targets=targets)
    ours = runner(PlannedRunner, tmp_path)
    assert ours.run(inputs=given, targets=targets) == expected
    assert ours.run(inputs={"given": [7]}, targets=targets) != expected


def test_a_node_runs_once_however_many_need_it_and_not_at_all_if_none_does(tmp_path: Path) -> None:
    ours = runner(PlannedRunner, tmp_path)
    assert ours.run(inputs={"given": [1]}, targets=["end"]) == {"end": [1, 2, 3, 1, 2, 4]}
    runs = {name: each._component.runs for name, each in ours._instantiated_nodes.items()}  # type: ignore[union-attr]
    assert runs == {"near": 1, "far": 1, "end": 1, "aside": 0}


def test_what_nobody_gives_is_named(tmp_path: Path) -> None:
    with pytest.raises(GraphRunError, match="given"):
        runner(PlannedRunner, tmp_path).run(targets=["end"])
