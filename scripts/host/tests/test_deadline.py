"""How long the dead-man switch waits."""

from typing import Any, Dict

from robothost.deadline import seconds
from tests.fixture import NEW, OLD, PAGE, ROBOT, FolderTest

LATER: Dict[str, Any] = {"simulate": False, "when_keys_invalid": "refuse", "requested_protocol": "https", "keep_releases": 5}


class DeadlineTest(FolderTest):
    def seconds(self, new: Any, old: Any, bake: int = 10, requested: int = 1) -> int:
        self.good(OLD, services=old, bake_seconds=0, **LATER)
        self.finished(NEW, services=new, bake_seconds=bake, **LATER)
        return seconds(self.layout, NEW, OLD, requested)

    def test_is_longer_than_two_stops_the_start_and_the_bake(self) -> None:
        slow, page = {**ROBOT, "stop_seconds": 900, "start_seconds": 600}, {**PAGE, "stop_seconds": 400}
        for new, old in (([slow, page], [ROBOT]), ([slow, page], [slow, page])):
            self.assertEqual(1000 + 600 + 10 + 2 * (900 + 400), self.seconds(new, old))

    def test_the_release_that_serves_is_stopped_too(self) -> None:
        self.assertEqual(1000 + 120 + 300 + 2 * (900 + 10), self.seconds([ROBOT, PAGE], [{**ROBOT, "stop_seconds": 900}], 300))

    def test_a_disabled_service_does_not_count(self) -> None:
        self.assertEqual(1000 + 120 + 10 + 2 * 30, self.seconds([ROBOT, {**PAGE, "stop_seconds": 900, "enabled": False}], [ROBOT]))

    def test_the_request_decides_where_it_is_longer(self) -> None:
        self.assertEqual(9000, self.seconds([ROBOT], [ROBOT], requested=9000))

    def test_without_a_release_before(self) -> None:
        self.finished(NEW, services=[ROBOT], bake_seconds=10, **LATER)
        self.assertEqual(1190, seconds(self.layout, NEW, "", 1))
