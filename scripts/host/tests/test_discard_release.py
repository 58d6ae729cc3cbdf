"""discard-release: what is left of a deployment that failed before its activation."""

import os

from robothost.history import events
from tests.activated import ActivationTest
from tests.fixture import NEW, OLD, OWNER, Run


class DiscardReleaseTest(ActivationTest):
    def setUp(self) -> None:
        super().setUp()
        self.lock()
        self.write(self.layout.generation, "7\n")

    def discard(self, **parameters: str) -> Run:
        return self.run_fenced("discard-release", 70, **parameters)

    def test_the_release_is_gone_and_the_lock_is_released(self) -> None:
        answer = self.done(self.discard())
        self.assertEqual({"discarded": NEW, "serving": {"release": OLD, "revision": "0" * 40, "mode": "live", "protocol": "https"}}, answer)
        self.assertEqual([OLD], os.listdir(self.layout.releases))
        self.assertFalse(os.path.exists(self.layout.lock))
        self.assertEqual(("discarded", NEW, OLD, OWNER), tuple(events(self.layout)[-1][name] for name in ("event", "release", "previous", "execution")))
        self.assertEqual([], self.asked)
        self.assertEqual(answer, self.done(self.discard()))

    def test_what_is_unfinished_is_gone_whosever_it_is(self) -> None:
        os.makedirs(self.layout.release("20260303T000000Z-ccccccc"))
        self.write("venvs/.new-x/a", "")
        self.assertEqual("", self.done(self.discard(Release=""))["discarded"])
        self.assertEqual([OLD, NEW], sorted(os.listdir(self.layout.releases)))
        self.assertEqual([], os.listdir(self.layout.environments))

    def test_a_good_release_stays_and_has_its_keys_back(self) -> None:
        self.saves(OLD)
        env = self.write(os.path.join(self.layout.release(OLD), ".env"), "ROBOT_MODE=simulation\n")
        self.assertEqual("", self.done(self.discard(Release=OLD))["discarded"])
        self.assertEqual("ROBOT_MODE=live\n", self.read(env))
        self.assertEqual([OLD, NEW], sorted(os.listdir(self.layout.releases)))

    def test_a_release_that_was_activated_after_all_is_rolled_back(self) -> None:
        self.activate()
        answer = self.done(self.discard())
        self.assertEqual((NEW, OLD), (answer["discarded"], answer["serving"]["release"]))
        self.assertEqual((OLD, []), (self.serves(), self.is_open()))
        self.assertEqual("its deployment failed while it was activated", events(self.layout)[-2]["reason"])

    def test_nothing_serves_and_there_is_nothing_to_discard(self) -> None:
        os.unlink(self.layout.current)
        self.assertEqual({"discarded": "", "serving": None}, self.done(self.discard(Release="")))

    def test_what_serves_is_named_also_where_it_is_not_usable(self) -> None:
        self.write(os.path.join(self.layout.release_state(OLD), "release.json"), "{}")
        self.assertEqual({"release": OLD, "revision": "", "mode": "", "protocol": ""}, self.done(self.discard())["serving"])
