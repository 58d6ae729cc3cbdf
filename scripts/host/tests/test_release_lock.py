"""Who gives the lock back, and for how long it stays."""

import json
import os

from robothost.lock import read
from tests.fixture import NEW, OWNER, FolderTest

OTHER = OWNER + "-other"


class ReleaseLockTest(FolderTest):
    def release(self, keep: bool = False, generation: int = 7) -> object:
        fence = {**self.fence(90), "Generation": str(generation)}
        ended = self.run_step("release-lock", KeepUntilReboot=str(keep).lower(), **fence)
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def test_its_owner_gives_it_back(self) -> None:
        self.serving(NEW)
        self.lock()
        self.assertEqual({"released": True, "serving": NEW, "unconfirmed": False}, self.release())
        self.assertFalse(os.path.exists(self.layout.lock))

    def test_it_gives_the_same_answer_again(self) -> None:
        self.serving(NEW)
        self.lock()
        answer = self.release()
        os.unlink(self.layout.current)
        self.assertEqual(answer, self.release())
        self.assertEqual(answer, self.release(generation=0))
        self.assertEqual({"released": False, "serving": "", "unconfirmed": False}, self.release(generation=6))

    def test_so_many_answers_are_kept(self) -> None:
        self.write(self.layout.answers, "an older one\n" * 30)
        self.lock()
        self.release()
        lines = self.read(self.layout.answers).splitlines()
        self.assertEqual((20, "an older one"), (len(lines), lines[0]))
        self.assertEqual('%s 7 90 release-lock released {"released":true,"serving":"","unconfirmed":false}' % OWNER, lines[-1])

    def test_nobody_else_loses_it(self) -> None:
        self.lock(owner=OTHER)
        self.assertEqual({"released": False, "serving": "", "unconfirmed": False}, self.release())
        self.lock(generation=8)
        self.assertEqual({"released": False, "serving": "", "unconfirmed": False}, self.release())
        self.assertEqual(8, json.loads(self.read(self.layout.lock))["generation"])

    def test_an_execution_that_never_got_its_generation_gives_0(self) -> None:
        self.lock(generation=8)
        self.assertEqual({"released": True, "serving": "", "unconfirmed": False}, self.release(generation=0))

    def test_it_stays_until_the_next_boot(self) -> None:
        self.lock(phase=50)
        self.release(keep=True)
        self.assertEqual({"owner": OWNER, "generation": 7, "phase": 50, "since": "2026-01-01T00:00:00Z", "lifetime": "boot",
                          "boot_id": "this-boot"}, json.loads(self.read(self.layout.lock)))
        self.write(os.path.join(self.layout.proc, "sys/kernel/random/boot_id"), "the-next-boot\n")
        self.assertIsNone(read(self.layout))

    def test_an_open_decision_is_reported(self) -> None:
        self.lock()
        self.write(self.layout.firing, "{}")
        self.assertEqual({"released": True, "serving": "", "unconfirmed": True}, self.release())
        self.assertFalse(os.path.exists(self.layout.lock))
