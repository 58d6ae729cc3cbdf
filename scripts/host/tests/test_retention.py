"""retention: what stays on the instance. room.py is what deploy-release makes of it."""

import os
from typing import List
from unittest import mock

from robothost import changes, retention
from robothost.releases import linked
from tests.fixture import FolderTest


def name(number: int) -> str:
    return "202601%02dT000000Z-%07x" % (number, number)


def names(*numbers: int) -> List[str]:
    return [name(number) for number in numbers]


class RetentionTest(FolderTest):
    def finished(self, release: str, **changed: object) -> None:
        super().finished(release, **changed)
        environment = "hash-of-" + release
        self.write("venvs/%s/bin/python" % environment, "")
        self.write(os.path.join(self.layout.release_state(release), "links"), "venv venvs/%s\n" % environment)
        venv = os.path.join(self.layout.release(release), "venv")
        if not os.path.lexists(venv):
            os.symlink("../../venvs/" + environment, venv)

    def good_ones(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            self.good(name(number))

    def retain(self, keep: int) -> List[str]:
        """What a confirmation of what serves removes."""
        stay, removed = retention.retain(self.step_host(), linked(self.layout), keep)
        self.assertEqual(sorted(stay), self.releases())
        return removed

    def releases(self) -> List[str]:
        return sorted(os.listdir(self.layout.releases))

    def test_the_newest_good_ones_stay(self) -> None:
        self.good_ones(1, 6)
        self.serving(name(6))
        self.assertEqual(names(1, 2, 3), self.retain(3))
        self.assertEqual(names(4, 5, 6), self.releases())
        self.assertEqual(["hash-of-" + one for one in names(4, 5, 6)], sorted(os.listdir(self.layout.environments)))
        self.assertEqual(names(4, 5, 6), sorted(os.listdir(os.path.join(self.layout.state, "releases"))))

    def test_a_failed_release_never_pushes_out_a_good_one(self) -> None:
        self.good_ones(1, 3)
        self.serving(name(3))
        for failed in range(4, 14):
            self.finished(name(failed))
            self.happened("activated", name(failed))
            self.happened("rolled-back", name(failed))
        self.retain(3)
        self.assertEqual(names(1, 2, 3), self.releases())

    def test_what_serves_and_the_good_one_before_it_stay_whatever_is_requested(self) -> None:
        self.good_ones(1, 6)
        # A rollback to an old one: it was confirmed again, and is the newest now.
        self.serving(name(2))
        self.retain(1)
        self.assertEqual(names(2, 6), self.releases())

    def test_a_good_one_counts_after_five_bad_ones(self) -> None:
        self.good_ones(1, 2)
        for failed in range(3, 8):
            self.finished(name(failed))
            self.happened("rolled-back", name(failed))
        self.good(name(8))
        self.serving(name(8))
        self.retain(3)
        self.assertEqual(names(1, 2, 8), self.releases())

    def test_what_is_spared_counts_before_other_good_ones(self) -> None:
        self.good_ones(1, 6)
        self.serving(name(6))
        stay, _ = retention.retain(self.step_host(), name(6), 3, spared=[name(1), ""])
        self.assertEqual(names(6, 5, 1), stay)
        self.assertEqual(names(1, 5, 6), self.releases())

    def test_what_no_release_refers_to_is_removed(self) -> None:
        self.good_ones(1, 2)
        self.serving(name(2))
        self.write("venvs/nobodys/bin/python", "")
        self.write("venvs/of-a-saved-state/bin/python", "")
        for version in ("old", "used", "brought"):
            self.write("certificates/.versions/x.local-%s/key.pem" % version, "")
        self.append(os.path.join(self.layout.release_state(name(1)), "links"), "certificates/x.local .versions/x.local-used\n")
        self.write(os.path.join(self.layout.saved(name(1)), "state/links"), "venv venvs/of-a-saved-state\n")
        retention.retain(self.step_host(), name(2), 3, brought="x.local-brought")
        self.assertEqual(["hash-of-" + name(1), "hash-of-" + name(2), "of-a-saved-state"], sorted(os.listdir(self.layout.environments)))
        self.assertEqual(["x.local-brought", "x.local-used"], sorted(os.listdir(os.path.join(self.layout.certificates, ".versions"))))

    def test_a_release_loses_its_manifest_first(self) -> None:
        self.good_ones(1, 1)
        order: List[str] = []
        with mock.patch.object(changes, "unlink", lambda path: order.append(path)):
            with mock.patch.object(changes, "remove_tree", lambda path: order.append(path)):
                retention.remove_releases(self.step_host(), [name(1)])
        self.assertEqual([os.path.join(self.layout.release(name(1)), "release.json"), self.layout.release(name(1)),
                          self.layout.release_state(name(1))], order)

    def test_one_that_cannot_be_removed_is_no_failure(self) -> None:
        self.good_ones(1, 3)
        self.serving(name(3))
        remove = changes.remove_tree

        def refused(path: str) -> None:
            if path == self.layout.release(name(1)):
                raise OSError(16, "busy")
            remove(path)

        host = self.step_host()
        with mock.patch.object(changes, "remove_tree", refused):
            self.assertEqual([], retention.retain(host, name(3), 2)[1])
        self.assertIn("release %s cannot be removed" % name(1), self.errors.getvalue().decode())
        self.assertFalse(os.path.exists(self.layout.release_state(name(1))))
        self.assertEqual(names(1), retention.retain(self.step_host(), name(3), 2)[1])

    def test_as_much_as_possible_is_removed(self) -> None:
        path = os.path.join(self.root, "tree")
        self.write(os.path.join(path, "a/busy/file"), "")
        self.write(os.path.join(path, "b/file"), "")
        rmdir = os.rmdir

        def refused(place: object, **options: int) -> None:
            if str(place).endswith("busy"):
                raise OSError(16, "busy")
            rmdir(place, **options)  # type: ignore[arg-type]

        with mock.patch.object(os, "rmdir", refused), self.assertRaisesRegex(OSError, "busy"):
            changes.remove_tree(path)
        self.assertEqual(["a"], os.listdir(path))
        changes.remove_tree(path)
        changes.remove_tree(path)
        self.assertFalse(os.path.exists(path))

    def test_what_steps_left_unfinished_is_removed(self) -> None:
        self.good_ones(1, 1)
        state, release = self.layout.state, self.layout.release(name(1))
        unfinished = ["venvs/.new-x/a", "venvs/.broken-x/a", "releases/.new-x/a", "certificates/.versions/.new-x/a", release + "/.env.new", "shared/.carried-x/a",
                      state + "/releases/.new-x/a", state + "/saved/.new-x/a", state + "/saved/.gone-x/a", state + "/lock.12.new",
                      state + "/releases/x.commit.12.new", state + "/releases/" + name(1) + "/links.12.new", self.layout.migration + "/held.json.12.new",
                      self.layout.fresh + "/current.12.new", self.layout.units + "/crypto-robot.service.12.new", self.layout.settle + ".12.new"]
        stays = [state + "/lock", state + "/a.new", self.layout.units + "/somebodys.new", release + "/a.12.new"]
        for path in unfinished + stays:
            self.write(path, "")
        retention.remove_unfinished_parts(self.step_host())
        left = [path for path in unfinished if os.path.exists(os.path.dirname(path)) and os.path.exists(os.path.join(self.layout.application, path))]
        self.assertEqual([], left)
        self.assertEqual([], [path for path in stays if not os.path.exists(path)])
