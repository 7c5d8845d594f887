"""The API driven from its own OpenAPI description, with right and wrong data: no fault of the server, nothing undescribed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from rag import Assistant
from tests.strangers.conftest import AT_HOME, application

schemathesis = pytest.importorskip("schemathesis", reason="pip install schemathesis")

from schemathesis.generation.modes import GenerationMode  # noqa: E402
from schemathesis.specs.openapi.checks import (  # noqa: E402
    negative_data_rejection,
    positive_data_acceptance,
)

FEW, MANY = 12, 300


@pytest.fixture(scope="module")
def described(assistant: Assistant) -> Any:
    """The description, as whoever looks at it gets it."""
    return schemathesis.openapi.from_asgi("/api/openapi.json", application(assistant), headers={"host": "127.0.0.1"})


def drive(described: Any, examples: int) -> int:
    """Send so many requests, right and wrong ones, to each route. Returns how many were sent; fails at the first wrong answer."""
    sent = 0
    for found in described.get_all_operations():
        operation = found.ok()
        takes = bool(operation.body or operation.query or operation.path_parameters)
        modes = [GenerationMode.POSITIVE]
        if operation.body or operation.query:  # any word may stand in a path: looking for wrong ones would never end
            modes.append(GenerationMode.NEGATIVE)
        for mode in modes:

            @settings(
                max_examples=examples if takes else 1,
                deadline=None,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def one(case: Any) -> None:
                nonlocal sent
                sent += 1
                answer = case.call(base_url=AT_HOME)
                # a place that is none, a day that is none are of the right type and still refused
                excluded = [positive_data_acceptance]
                if answer.status_code == 413:  # too large is a refusal too, which the check does not count as one
                    excluded.append(negative_data_rejection)
                case.validate_response(answer, excluded_checks=excluded)
                assert answer.status_code < 500

            one()
    return sent


@pytest.mark.slow
def test_every_route_answers_as_it_says(described: Any) -> None:
    assert drive(described, FEW) > 5 * FEW


@pytest.mark.slow
def test_every_route_answers_as_it_says_a_thousand_times(described: Any) -> None:
    assert drive(described, MANY) > 5 * MANY
