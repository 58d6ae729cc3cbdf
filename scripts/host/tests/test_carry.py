"""What containers keep, in shared/."""

import os
from typing import Any, List

from robothost import carry, persistent_paths, seed_paths
from robothost.docker import NotDone
from robothost.persistent_paths import FILES
from tests.containers import ContainersTest
from tests.fixture import NEW


class CarryTest(ContainersTest):
    def copy(self, stamp: str = "first", paths: Any = ("data",)) -> Any:
        self.take_inventory()
        return carry.copy(self.step_host(), list(paths), stamp)

    def left_over(self) -> List[str]:
        return [name for name in os.listdir(self.layout.shared) if name.startswith(".carried-")]

    def test_overwrites_nothing(self) -> None:
        self.write("shared/data/counter", "7 of the simulation")
        answer = self.copy()
        self.assertEqual("41", self.read("shared/data/counter"))
        self.assertEqual("7 of the simulation", self.read("before-migration/first/data/counter"))
        self.assertEqual("41", self.read(os.path.join(self.data, "counter")), "the containers keep theirs")
        self.assertEqual((["data"], [os.path.join(self.layout.application, "before-migration/first/data")], 2),
                         ([one["path"] for one in answer["carried"]], answer["moved_aside"], answer["bytes"]))
        self.assertEqual([], self.copy("second")["moved_aside"])
        self.assertEqual([], self.left_over())

    def test_a_copy_that_was_cut_short_leaves_nothing(self) -> None:
        self.write("shared/.carried-abc/copy/counter", "4")
        self.copy()
        self.assertEqual([], self.left_over())

    def test_a_file_is_kept_in_a_folder_of_its_own(self) -> None:
        os.makedirs(self.layout.release(NEW))
        self.docker.containers[0]["Mounts"][0].update(Destination="/app", Source=self.data)
        self.copy(NEW, ("counter",))
        self.assertEqual("41", self.read(os.path.join("shared", FILES, "counter/counter")))
        self.assertEqual("41", self.read(os.path.join(self.layout.release(NEW), "counter")))

    def test_a_folder_is_one_whatever_its_name(self) -> None:
        seed_paths.seed(self.layout.application, self.layout.release(NEW), "my.data")
        persistent_paths.link(self.layout.application, self.layout.release(NEW), "my.data")
        self.docker.containers[0]["Mounts"][0].update(Destination="/app/my.data", Source=self.data)
        self.copy(NEW, ("my.data",))
        self.assertEqual("41", self.read(os.path.join(self.layout.release(NEW), "my.data/counter")))

    def test_a_link_in_shared_is_not_followed(self) -> None:
        os.mkdir(os.path.join(self.root, "elsewhere"))
        os.symlink(os.path.join(self.root, "elsewhere"), os.path.join(self.layout.shared, "deep"))
        self.write(os.path.join(self.data, "deep/data/counter"), "1")
        self.docker.containers[0]["Mounts"][0].update(Destination="/app", Source=self.data)
        with self.assertRaisesRegex(NotDone, "leads through something in shared/ that is not a folder"):
            self.copy(paths=("deep/data",))
        self.assertEqual([], os.listdir(os.path.join(self.root, "elsewhere")))

    def test_what_docker_cannot_copy_is_reported(self) -> None:
        self.docker.containers[0]["Mounts"] = []
        self.docker.answer("docker", "diff", output="A /app/data/counter\n")
        self.docker.answer("docker", "cp", errors="no space left", code=1)
        with self.assertRaisesRegex(NotDone, "^docker cp: no space left$"):
            self.copy()
