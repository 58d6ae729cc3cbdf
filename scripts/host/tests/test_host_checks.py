"""An instance without a role, with a wrong clock, or with an old agent is refused."""

from typing import Callable

from robothost import host_checks
from robothost.failures import Failure
from robothost.step import Host
from tests.fixture import NOW, FolderTest


class HostChecksTest(FolderTest):
    def refused(self, check: Callable[[Host], None]) -> str:
        with self.assertRaises(Failure) as refusal:
            check(self.host_with())
        self.assertEqual("HostUnfit", refusal.exception.name)
        return refusal.exception.message

    def clock(self, date: str) -> None:
        self.system.answer("curl", output="HTTP/1.1 302 Found\r\nServer: x\r\nDate: %s\r\n\r\n" % date)

    def test_an_instance_has_a_role(self) -> None:
        self.assertIn("names no role", self.refused(host_checks.check_role))
        self.system.answer("curl", code=22)
        self.assertIn("names no role", self.refused(host_checks.check_role))
        self.system.answer("curl", output="crypto-robot\n")
        host_checks.check_role(self.host_with())

    def test_a_clock_that_is_right_or_a_little_off_passes(self) -> None:
        # NOW is Thu, 28 May 2026 20:26:40 GMT.
        self.assertEqual(NOW, host_checks.seconds_of("Thu, 28 May 2026 20:26:40 GMT"))
        for date in ("Thu, 28 May 2026 20:26:40 GMT", "Thu, 28 May 2026 20:31:40 GMT", "Thu, 28 May 2026 20:21:40 GMT"):
            self.clock(date)
            host_checks.check_clock(self.host_with(AWS_REGION="eu-west-1"))

    def test_a_wrong_clock_is_reported_with_its_difference(self) -> None:
        self.clock("Thu, 28 May 2026 20:10:00 GMT")
        self.assertIn("the clock is 1000 seconds off; AWS refuses signatures beyond 300", self.refused(host_checks.check_clock))
        self.clock("Thu, 28 May 2026 20:43:20 GMT")
        self.assertIn("the clock is -1000 seconds off", self.refused(host_checks.check_clock))

    def test_the_region_or_the_endpoint_of_the_environment_is_asked(self) -> None:
        self.system.answer("meta-data/placement/region", output="eu-west-1")
        self.variables = {"AWS_REGION": "eu-central-1"}
        self.assertIn("AWS cannot be reached at sts.eu-central-1.amazonaws.com;", self.refused(host_checks.check_clock))
        self.assertIn("https://sts.eu-central-1.amazonaws.com/", self.system.calls[-1])
        self.variables = {"AWS_ENDPOINT_URL": "http://10.0.0.1:4566"}
        self.assertIn("AWS cannot be reached at http://10.0.0.1:4566;", self.refused(host_checks.check_clock))

    def test_an_old_agent_is_refused(self) -> None:
        for version, problem in (("3.3.2746.0", ""), ("3.3.3050.0", ""), ("4.0.0.0", ""), ("3.10.1.0", ""), ("3.3.987.0", "3.3.987.0")):
            self.system.answer("amazon-ssm-agent", output="SSM Agent version: %s\n" % version)
            if problem:
                self.assertEqual("amazon-ssm-agent is 3.3.987.0; 3.3.2746.0 or newer is needed", self.refused(host_checks.check_agent))
            else:
                host_checks.check_agent(self.host_with())

    def test_an_agent_of_another_name_is_not_examined(self) -> None:
        self.system.missing.add("amazon-ssm-agent")
        host_checks.check_agent(self.host_with())
        self.assertEqual([], self.system.calls)
