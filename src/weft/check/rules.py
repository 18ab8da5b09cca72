"""The rules of one product, in order; each is a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from weft.check.binding import a_transform_does_not_bind
from weft.check.build_settings import a_setting_is_of_nothing
from weft.check.cases import a_test_says_what_is_not_there
from weft.check.circles import a_transform_reads_itself
from weft.check.core_data import core_data_reads_what_is_not_there
from weft.check.endings import a_deprecated_port_says_no_end, an_input_is_deprecated
from weft.check.expectations import an_input_is_not_as_expected
from weft.check.ground import Ground
from weft.check.inputs import an_input_is_not_answered
from weft.check.making import a_promise_is_not_made
from weft.check.metrics import a_metric_cannot_be_measured
from weft.check.names_said import a_transform_reads_an_unknown_name
from weft.check.previews import (
    a_preview_is_read_uninvited,
    a_preview_that_is_read_went_stable,
    an_invitation_is_of_nothing,
)
from weft.check.promises import a_transform_returns_other_columns
from weft.check.quality import a_quality_query_does_not_bind
from weft.check.relationships import a_relationship_is_to_nothing
from weft.check.servers import a_source_says_no_place
from weft.errors import Fault

Rule = Callable[[Ground], Iterator[Fault]]

RULES: tuple[Rule, ...] = (
    an_input_is_not_answered,
    an_input_is_deprecated,
    a_deprecated_port_says_no_end,
    a_source_says_no_place,
    an_input_is_not_as_expected,
    a_transform_reads_an_unknown_name,
    core_data_reads_what_is_not_there,
    a_transform_reads_itself,
    a_transform_does_not_bind,
    a_promise_is_not_made,
    a_transform_returns_other_columns,
    a_relationship_is_to_nothing,
    a_quality_query_does_not_bind,
    a_metric_cannot_be_measured,
    a_test_says_what_is_not_there,
    a_setting_is_of_nothing,
    a_preview_is_read_uninvited,
    a_preview_that_is_read_went_stable,
    an_invitation_is_of_nothing,
)
