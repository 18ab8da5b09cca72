"""Where boxes stand: what is read is left of who reads it, circles and all."""

from __future__ import annotations

from itertools import combinations

from weft.server.portal.layered import BOX_HEIGHT, BOX_WIDTH, placed


def test_what_is_read_is_left_of_who_reads_it() -> None:
    drawn = placed(["c", "a", "b"], [("a", "b"), ("b", "c"), ("a", "c")])
    assert drawn.boxes["a"][0] < drawn.boxes["b"][0] < drawn.boxes["c"][0]
    assert drawn.ways["a", "c"][0][0] == drawn.boxes["a"][0] + BOX_WIDTH
    assert drawn.ways["a", "c"][-1][0] == drawn.boxes["c"][0]


def test_no_two_boxes_touch_and_all_are_within_the_picture() -> None:
    names = [str(number) for number in range(60)]
    edges = [(str(number // 3), str(number)) for number in range(1, 60)]
    drawn = placed(names, edges)
    for (x, y), (other_x, other_y) in combinations(drawn.boxes.values(), 2):
        assert x != other_x or abs(y - other_y) >= BOX_HEIGHT
    assert all(
        0 <= x <= drawn.width - BOX_WIDTH and 0 <= y <= drawn.height - BOX_HEIGHT for x, y in drawn.boxes.values()
    )


def test_a_circle_is_drawn_too_and_always_alike() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("a", "a"), ("a", "elsewhere")]
    drawn = placed(["a", "b", "c", "d"], edges)
    assert set(drawn.ways) == {("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")}
    assert drawn == placed(["a", "b", "c", "d"], edges)


def test_nothing_is_an_empty_picture() -> None:
    assert placed([], []).boxes == {}
