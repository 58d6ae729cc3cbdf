"""What happened to releases: what makes one good, and what a torn line does."""

import json
from typing import Dict

from robothost import history, releases
from tests.fixture import NEW, OLD, OWNER, FolderTest


class HistoryTest(FolderTest):
    def record(self, event: str, release: str, previous: str = "", reason: str = "") -> None:
        history.record(self.layout, self.system, OWNER, event, release, previous, "0" * 40, reason)

    def last(self) -> Dict[str, str]:
        found: Dict[str, str] = json.loads(self.read(self.layout.history).splitlines()[-1])
        return found

    def test_an_event_is_one_line_in_a_fixed_order(self) -> None:
        self.record("confirmed", NEW, OLD, 'a "reason"\nof two lines')
        self.assertEqual('{"at":"2026-05-28T20:26:40Z","event":"confirmed","release":"%s","previous":"%s","revision":"%s","execution":"%s",'
                         '"reason":"a \\"reason\\"\\nof two lines"}\n' % (NEW, OLD, "0" * 40, OWNER), self.read(self.layout.history))

    def test_a_line_cut_short_does_not_swallow_the_next_one(self) -> None:
        self.write(self.layout.history, '{"at":"2026-01-01T00:00:00Z","event":"confir')
        self.record("confirmed", NEW)
        self.assertEqual(2, len(self.read(self.layout.history).splitlines()))
        self.assertEqual([NEW], history.confirmed(self.layout))

    def test_good_ones_are_those_confirmed_that_are_still_finished_the_newest_first(self) -> None:
        for release in (OLD, NEW):
            self.finished(release)
        for event, release in (("confirmed", "20250101T000000Z-ccccccc"), ("confirmed", NEW), ("rolled-back", OLD), ("activated", OLD)):
            self.record(event, release)
        self.assertEqual([NEW], releases.good(self.layout))
        self.record("confirmed", OLD)
        self.record("confirmed", NEW)
        self.assertEqual([NEW, OLD], releases.good(self.layout))
        self.assertEqual((OLD, NEW, NEW), (releases.good_before(self.layout, NEW), releases.good_before(self.layout, OLD),
                                           releases.good_before(self.layout, "")))

    def test_a_failed_release_is_not_good(self) -> None:
        self.finished(NEW)
        self.record("rolled-back", NEW)
        self.assertEqual(([], ""), (releases.good(self.layout), releases.good_before(self.layout, OLD)))

    def test_the_last_word_about_a_release_decides_whether_it_is_confirmed(self) -> None:
        for _ in range(50):
            self.record("confirmed", OLD)
        self.record("activated", NEW)
        self.assertFalse(history.is_confirmed_since_activation(self.layout, NEW))
        self.record("confirmed", NEW)
        self.record("lock-stolen", NEW)
        self.assertTrue(history.is_confirmed_since_activation(self.layout, NEW))
        self.record("rolled-back", NEW)
        self.assertFalse(history.is_confirmed_since_activation(self.layout, NEW))
