package cryptorobot.deployer.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.deployer.failure.DeploymentFailure;
import cryptorobot.deployer.failure.DeploymentFailure.InstanceStopping;
import cryptorobot.deployer.ports.AgentStatus;
import cryptorobot.deployer.ports.Instance;
import cryptorobot.deployer.ports.PowerState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ssm.SsmClient;

class Ec2InstancesTest {

  private final FakeAws aws = new FakeAws();
  private final Ec2Instances instances =
      new Ec2Instances(
          aws.clients().once(Ec2Client.builder(), "EC2"),
          aws.clients().once(SsmClient.builder(), "SSM"),
          "crypto-robot");

  @AfterEach
  void close() {
    aws.close();
  }

  @Test
  void findsInstancesByTheirTags() {
    aws.answer(
        """
        <DescribeInstancesResponse><reservationSet><item><instancesSet><item>
        <instanceId>i-1</instanceId><instanceState><code>16</code><name>running</name></instanceState>
        <launchTime>2026-11-23T06:15:00.000Z</launchTime><privateIpAddress>10.0.0.5</privateIpAddress>
        </item></instancesSet></item></reservationSet></DescribeInstancesResponse>""");
    assertEquals(
        List.of(
            new Instance(
                "i-1", PowerState.RUNNING, Instant.parse("2026-11-23T06:15:00Z"), "10.0.0.5")),
        instances.tagged("crypto-robot.local"));
    String request = aws.requests().getFirst();
    assertTrue(request.contains("Filter.1.Name=tag%3Acrypto-robot%3Aenvironment"), request);
    assertTrue(request.contains("Filter.1.Value.1=crypto-robot.local"), request);
    assertTrue(request.contains("Filter.2.Name=tag%3Acrypto-robot%3Astack"), request);
    assertTrue(request.contains("Filter.2.Value.1=crypto-robot"), request);
  }

  @ParameterizedTest
  @CsvSource({
    "400, InvalidInstanceID.NotFound, InstanceNotFound",
    "500, InsufficientInstanceCapacity, CapacityUnavailable",
    "400, IncorrectInstanceState, InstanceNotReady",
    "403, UnauthorizedOperation, AccessDenied",
    "503, RequestLimitExceeded, AwsUnavailable",
    "500, InternalError, AwsUnavailable",
    "400, SomethingNew, StepFailed",
  })
  void translatesEveryErrorIntoAFailure(int status, String code, String failure) {
    aws.ec2Error(status, code);
    DeploymentFailure thrown = assertThrows(DeploymentFailure.class, () -> instances.start("i-1"));
    assertEquals(failure, thrown.getClass().getSimpleName(), thrown::getMessage);
  }

  @Test
  void anInstanceThatCannotBeStoppedNowIsStopping() {
    aws.ec2Error(400, "IncorrectInstanceState");
    assertThrows(InstanceStopping.class, () -> instances.stop("i-1"));
  }

  @Test
  void readsTheStatusOfTheAgent() {
    aws.answer(
            """
            {"InstanceInformationList":[{"InstanceId":"i-1","PingStatus":"Online",
             "AgentVersion":"3.3.4624.0","LastPingDateTime":1795414500}]}""")
        .answer("{\"InstanceInformationList\":[{\"PingStatus\":\"ConnectionLost\"}]}")
        .answer("{\"InstanceInformationList\":[]}");
    Instant ping = Instant.ofEpochSecond(1795414500);
    assertEquals(new AgentStatus.Online("3.3.4624.0", ping), instances.agent("i-1"));
    assertEquals(new AgentStatus.Offline("ConnectionLost"), instances.agent("i-1"));
    assertEquals(
        new AgentStatus.Offline("not registered with Systems Manager"), instances.agent("i-1"));
  }
}
