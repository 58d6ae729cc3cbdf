from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from client.exits import REFUSED, Stop
from client.request import deploy_request, environment_values, field_value, has_web_application, migrate_request, plan_request, settings_folder, watch_request

NO_SETTINGS = (
    "", "null", "7", "[]", '"text"', "true", "visible-if-leaked", '{"port": visible-if-leaked}', '{"port": 5000', '{"port": 5000,}',
    '{"port": 5000} {}', '{"port": 5000}\n<<<<<<< HEAD', '{"port": 5000, "port": 5001}', '{"a": {"b": 1, "b": 2}}', "{'port': 5000}",
    "port: 5000", "$(touch /tmp/crypto-robot-canary)", '{"port": NaN}', '{"port": 1e999}', "\0", '{"a":' * 100_000,
)  # fmt: skip


class EnvironmentFileTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, text: str) -> Path:
        file = self.folder / "a.local.json"
        file.write_text(text)
        return file

    def test_a_file_that_is_not_one_object_is_refused_by_its_name(self) -> None:
        for text in NO_SETTINGS:
            with self.subTest(text[:40]):
                file = self.write(text)
                with self.assertRaises(Stop) as refused:
                    environment_values(self.folder, "a.local")
                self.assertEqual(REFUSED, refused.exception.code)
                self.assertTrue(refused.exception.message.startswith(f"{file} is not one JSON object"), refused.exception.message)
                self.assertNotIn("visible", refused.exception.message)
                self.assertNotIn("\n", refused.exception.message)

    def test_bytes_that_are_no_text_are_refused(self) -> None:
        (self.folder / "a.local.json").write_bytes(b'{"a": "\xff"}')
        with self.assertRaisesRegex(Stop, "is not one JSON object"):
            environment_values(self.folder, "a.local")

    def test_a_byte_order_mark_is_no_part_of_the_file(self) -> None:
        (self.folder / "a.local.json").write_bytes(b'\xef\xbb\xbf{"port": 1}')
        self.assertEqual({"port": 1, "environment": "a.local"}, environment_values(self.folder, "a.local"))

    def test_the_requested_name_overrides_that_of_the_file(self) -> None:
        self.write('{"environment": "b.local", "port": 5000}')
        self.assertEqual({"environment": "a.local", "port": 5000}, environment_values(self.folder, "a.local"))

    def test_without_a_file_there_is_only_the_name_unless_a_file_is_required(self) -> None:
        self.assertEqual({"environment": "a.local"}, environment_values(self.folder, "a.local"))
        with self.assertRaisesRegex(Stop, "^no file "):
            environment_values(self.folder, "a.local", required=True)

    def test_the_given_folder_wins(self) -> None:
        self.assertEqual(Path("elsewhere"), settings_folder("elsewhere", "a.local", self.folder))
        self.assertEqual(self.folder / ".github/environments", settings_folder("", "no-such.local", self.folder))


class RequestTest(unittest.TestCase):
    def test_the_command_line_overrides_the_environments_values(self) -> None:
        values = {"environment": "a.local", "branch": "main", "keep_releases": 5}
        self.assertEqual(
            {"environment": "a.local", "branch": "trial", "keep_releases": 3, "operation": "deploy"},
            deploy_request(values, "deploy", {"branch": "trial", "keep_releases": 3}),
        )

    def test_a_revision_takes_the_place_of_a_branch_and_the_other_way_round(self) -> None:
        self.assertEqual({"revision": "abc", "operation": "plan"}, deploy_request({"branch": "main"}, "plan", {"revision": "abc"}))
        self.assertEqual({"branch": "main", "operation": "plan"}, deploy_request({"revision": "abc"}, "plan", {"branch": "main"}))

    def test_an_operation_on_a_release_leaves_to_its_manifest_what_the_file_has_for_the_next(self) -> None:
        values = {
            "environment": "a.local", "branch": "main", "services": [], "port": 80, "simulate": True, "application_path": "/srv/a",
            "keep_releases": 3,
        }  # fmt: skip
        for operation in ("rollback", "restart", "rotate-keys", "rotate-certificate"):
            self.assertEqual(
                {
                    "environment": "a.local", "operation": operation, "simulate": True, "application_path": "/srv/a", "keep_releases": 3,
                    "port": 8080,
                },
                deploy_request(values, operation, {"port": 8080}),
            )  # fmt: skip
        self.assertEqual(80, deploy_request(values, "deploy", {})["port"])

    def test_the_operation_can_be_overridden_so_that_the_deployer_refuses_it(self) -> None:
        self.assertEqual("explode", deploy_request({}, "deploy", {"operation": "explode"})["operation"])

    def test_a_value_is_json_where_it_can_be(self) -> None:
        for text, expected in (
            ("restore_power=true", True),
            ("keep_releases=3", 3),
            ('persistent_paths=["data"]', ["data"]),
            ("python_version=3.10", "3.10"),
            ("mode=robot", "robot"),
            ('mode="robot"', "robot"),
            ("branch=a=b", "a=b"),
            ("branch=", ""),
        ):
            with self.subTest(text):
                self.assertEqual((text.split("=")[0], expected), field_value(text))

    def test_broken_json_is_refused_and_its_value_not_shown(self) -> None:
        for text in ('services=[{"name": visible', '{"a": 1', "=5", "5=5", "a b=5", ""):
            with self.subTest(text):
                with self.assertRaises(Stop) as refused:
                    field_value(text)
                self.assertEqual(REFUSED, refused.exception.code)
                self.assertNotIn("visible", refused.exception.message)

    def test_reading_needs_only_the_environment_and_where_its_application_is(self) -> None:
        values = {"environment": "a.local", "application_path": "/srv/robot", "port": 7}
        self.assertEqual(
            {"environment": "a.local", "application_path": "/srv/robot", "operation": "status"}, watch_request(values, "status")
        )

    def test_a_plan_carries_the_deploy_without_its_operation(self) -> None:
        deploy = deploy_request({"environment": "a.local", "application_path": "/srv/robot"}, "deploy", {"branch": "trial"})
        self.assertEqual(
            {
                "environment": "a.local", "operation": "plan", "application_path": "/srv/robot",
                "deploy": {"environment": "a.local", "application_path": "/srv/robot", "branch": "trial"},
            },
            plan_request(deploy),
        )  # fmt: skip

    def test_a_migration_carries_the_deploy_without_its_operation(self) -> None:
        deploy = deploy_request({"environment": "a.local", "application_path": "/srv/robot"}, "deploy", {})
        self.assertEqual(
            {
                "environment": "a.local", "phase": "prepare", "containers": ["robot"], "application_path": "/srv/robot", "parallel_port": 5001,
                "deploy": {"environment": "a.local", "application_path": "/srv/robot"},
            },
            migrate_request(deploy, "prepare", ["robot"], 5001),
        )  # fmt: skip

    def test_a_web_application_is_served_unless_the_request_has_none(self) -> None:
        web, robot = {"type": "web_application"}, {"type": "trading_robot"}
        self.assertTrue(has_web_application({}))
        self.assertTrue(has_web_application({"services": [robot, web]}))
        self.assertFalse(has_web_application({"mode": "robot"}))
        self.assertFalse(has_web_application({"services": [robot]}))
        self.assertFalse(has_web_application({"services": [robot, {**web, "enabled": False}]}))
