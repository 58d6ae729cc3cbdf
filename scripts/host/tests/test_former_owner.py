"""former_owner: what the next owner of the lock settles."""

import os

from robothost import former_owner
from robothost.history import events
from tests.activated import ActivationTest
from tests.fixture import NEW, OLD, OWNER

NEXT = OWNER + "-next"


class FormerOwnerTest(ActivationTest):
    def settle(self, owner: str = NEXT) -> None:
        former_owner.settle(self.host(), owner)

    def test_a_release_that_is_not_confirmed_is_rolled_back_and_goes(self) -> None:
        self.activate()
        self.settle()
        self.assertEqual((OLD, [], [OLD]), (self.serves(), self.is_open(), os.listdir(self.layout.releases)))
        last = events(self.layout)[-1]
        self.assertEqual(("rolled-back", NEXT, "the execution that activated it ended without confirming it"),
                         (last["event"], last["execution"], last["reason"]))

    def test_a_switch_of_the_same_owner_continues_to_wait(self) -> None:
        self.activate()
        self.settle(OWNER)
        self.assertEqual((NEW, ["armed"]), (self.serves(), self.is_open()))

    def test_a_rollback_of_the_same_owner_is_completed(self) -> None:
        self.activate()
        os.rename(self.layout.armed, self.layout.firing)
        self.settle(OWNER)
        self.assertEqual((OLD, []), (self.serves(), self.is_open()))

    def test_keys_that_were_not_confirmed_are_taken_back(self) -> None:
        self.saves(OLD)
        env = self.write(os.path.join(self.layout.release(OLD), ".env"), "ROBOT_MODE=simulation\n")
        self.settle()
        self.assertEqual("ROBOT_MODE=live\n", self.read(env))

    def test_steps_that_still_run_are_ended_first(self) -> None:
        self.system.answer("systemctl", "show", "--property=Id", output="crypto-robot-step-deploy-release.service\n")
        self.settle()
        self.assertEqual("stop crypto-robot-step-deploy-release.service, serving " + OLD, self.asked[0])

    def test_it_may_be_repeated(self) -> None:
        self.activate()
        self.settle()
        before = events(self.layout)
        self.settle()
        self.assertEqual(before, events(self.layout))
