"""What a commit changes below persistent paths is named and never copied."""

import os
from typing import List

from robothost import kept_changes
from tests.test_repository import GitTest


class KeptChangesTest(GitTest):
    def setUp(self) -> None:
        super().setUp()
        self.commit("data/pairs.json", "BTC", "Trade BTC")
        self.commit("data/old.py", "old", "Have a strategy")
        self.old = self.commit("state.db", "1", "Have a state")
        for path, content in (("data/pairs.json", "BTC"), ("data/old.py", "old"), (".deployer-files/state.db/state.db", "1")):
            self.write("shared/" + path, content)

    def named(self, new: str, paths: List[str]) -> List[str]:
        self.fetched("main", "")
        code, raw, errors = self.run_action("below", self.mirror, self.old, new, *paths)
        self.assertEqual((0, ""), (code, errors))
        return kept_changes.sentences(self.layout.application, paths, raw)

    def changed(self) -> str:
        os.unlink(os.path.join(self.repository, "data/old.py"))
        self.commit("data/pairs.json", "ETH", "Trade ETH")
        self.commit("data/new.json", "{}", "Add a file")
        self.commit("state.db", "2", "Change the state")
        return self.commit("main.py", "two", "Trade more")

    def test_names_what_is_changed_new_and_removed(self) -> None:
        found = self.named(self.changed(), ["data", "state.db"])
        self.assertEqual(["the robot does not get data/new.json (new), data/old.py (removed), data/pairs.json (changed), state.db (changed) of this "
                          "commit: persistent paths keep the files that they have. Copy these by hand to shared/, or keep them outside the "
                          "persistent paths"], found)
        self.assertEqual("BTC", self.read("shared/data/pairs.json"), "never copied")
        self.assertFalse(os.path.exists(os.path.join(self.layout.shared, "data/new.json")))

    def test_names_nothing_that_a_person_has_copied(self) -> None:
        new = self.changed()
        for path, content in (("data/pairs.json", "ETH"), ("data/new.json", "{}"), (".deployer-files/state.db/state.db", "2")):
            self.write("shared/" + path, content)
        os.unlink(os.path.join(self.layout.shared, "data/old.py"))
        self.assertEqual([], self.named(new, ["data", "state.db"]))

    def test_names_nothing_that_only_the_robot_changed(self) -> None:
        self.write("shared/data/pairs.json", "its own")
        self.assertEqual([], self.named(self.commit("main.py", "two", "Trade more"), ["data", "state.db"]))

    def test_names_nothing_of_a_path_whose_first_content_is_this_commits(self) -> None:
        self.assertEqual([], self.named(self.commit("user_data/x", "1", "Add data"), ["user_data", "logs", "data"]))

    def test_names_a_few_and_counts_the_others(self) -> None:
        for number in range(8):
            new = self.commit("data/%d" % number, "x", "Add a file")
        self.assertIn("data/4 (new) and 3 more of this commit", self.named(new, ["data"])[0])

    def test_reads_through_no_link_of_the_robot(self) -> None:
        new = self.changed()
        os.unlink(os.path.join(self.layout.shared, "data/pairs.json"))
        self.write("elsewhere", "ETH")
        os.symlink("../../elsewhere", os.path.join(self.layout.shared, "data/pairs.json"))
        os.mkfifo(os.path.join(self.layout.shared, "data/new.json"))
        self.assertIn("data/new.json (new), data/old.py (removed), data/pairs.json (changed)", self.named(new, ["data"])[0])

    def test_a_plan_compares_a_commit_that_the_mirror_does_not_have(self) -> None:
        self.fetched("main", self.old)
        before = sorted(os.listdir(os.path.join(self.mirror, "objects")))
        new = self.changed()
        code, raw, errors = self.run_action("below-remote", self.mirror, self.old, new, "file://" + self.repository, "main", "data")
        self.assertEqual((0, ""), (code, errors))
        self.assertIn("data/pairs.json (changed)", kept_changes.sentences(self.layout.application, ["data"], raw)[0])
        self.assertEqual(before, sorted(os.listdir(os.path.join(self.mirror, "objects"))), "the mirror is read only")
        self.assertEqual(4, self.run_action("below-remote", self.mirror, "1" * 40, new, "file://" + self.repository, "main", "data")[0])
