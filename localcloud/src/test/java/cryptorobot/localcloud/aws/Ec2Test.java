package cryptorobot.localcloud.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.MachineState;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.ec2.model.Tag;

final class Ec2Test {
  @TempDir Path state;
  private TestCloud test;
  private Ec2Client client;

  @BeforeEach
  void start() throws Exception {
    test = new TestCloud(state);
    client = test.client(Ec2Client.builder());
  }

  @AfterEach
  void stop() throws Exception {
    test.close();
  }

  private List<Instance> find(String filter, String... values) {
    return client
        .describeInstances(r -> r.filters(Filter.builder().name(filter).values(values).build()))
        .reservations()
        .stream()
        .flatMap(reservation -> reservation.instances().stream())
        .toList();
  }

  private static String code(Ec2Exception error) {
    return error.awsErrorDetails().errorCode();
  }

  @Test
  void findsTheInstanceThatHasATag() {
    LocalInstance robot = test.fleet.online("crypto-robot.local");
    test.fleet.online("other");

    List<Instance> found = find("tag:crypto-robot:environment", "crypto-robot.local");

    assertEquals(List.of(robot.instanceId()), found.stream().map(Instance::instanceId).toList());
    Instance instance = found.getFirst();
    assertEquals(InstanceStateName.RUNNING, instance.state().name());
    assertEquals(robot.address(), instance.privateIpAddress());
    assertEquals("required", instance.metadataOptions().httpTokensAsString());
    assertEquals(
        "arn:aws:iam::000000000000:instance-profile/crypto-robot-instance",
        instance.iamInstanceProfile().arn());
    assertEquals(test.clock.now(), instance.launchTime());
    assertEquals(
        List.of("crypto-robot:environment", "crypto-robot:stack"),
        instance.tags().stream().map(Tag::key).sorted().toList());
  }

  @Test
  void filtersByStateAndByWildcard() {
    test.fleet.online("staging-1");
    test.fleet.create("staging-2");

    assertEquals(1, find("instance-state-name", "running").size());
    assertEquals(2, find("instance-state-name", "running", "stopped").size());
    assertEquals(2, find("tag:crypto-robot:environment", "staging-*").size());
    assertEquals(0, find("tag:crypto-robot:environment", "staging.*").size());
  }

  @Test
  void refusesAFilterItDoesNotImplement() {
    var error = assertThrows(Ec2Exception.class, () -> find("hypervisor", "xen"));
    assertEquals("InvalidParameterValue", code(error));
  }

  @Test
  void distinguishesAMissingInstanceFromAMalformedId() {
    var missing =
        assertThrows(
            Ec2Exception.class,
            () -> client.describeInstances(r -> r.instanceIds("i-00000000000000abc")));
    assertEquals("InvalidInstanceID.NotFound", code(missing));
    assertEquals(400, missing.statusCode());
    var malformed =
        assertThrows(Ec2Exception.class, () -> client.startInstances(r -> r.instanceIds("robot")));
    assertEquals("InvalidInstanceID.Malformed", code(malformed));
  }

  @Test
  void startsAStoppedInstance() {
    String id = test.fleet.create("a").instanceId();

    var change = client.startInstances(r -> r.instanceIds(id)).startingInstances().getFirst();

    assertEquals(InstanceStateName.STOPPED, change.previousState().name());
    assertEquals(InstanceStateName.PENDING, change.currentState().name());
  }

  @Test
  void startingARunningInstanceChangesNothing() {
    String id = test.fleet.online("a").instanceId();

    var change = client.startInstances(r -> r.instanceIds(id)).startingInstances().getFirst();

    assertEquals(InstanceStateName.RUNNING, change.currentState().name());
  }

  @Test
  void refusesToStartAnInstanceThatIsStillStopping() {
    String id = test.fleet.online("a").instanceId();
    var change = client.stopInstances(r -> r.instanceIds(id)).stoppingInstances().getFirst();
    assertEquals(InstanceStateName.STOPPING, change.currentState().name());

    var error =
        assertThrows(Ec2Exception.class, () -> client.startInstances(r -> r.instanceIds(id)));
    assertEquals("IncorrectInstanceState", code(error));
  }

  @Test
  void returnsTheStatusOfRunningInstancesOnlyUnlessAllAreRequested() {
    test.fleet.online("a");
    String off = test.fleet.create("b").instanceId();

    assertEquals(1, client.describeInstanceStatus().instanceStatuses().size());
    var all = client.describeInstanceStatus(r -> r.includeAllInstances(true)).instanceStatuses();
    assertTrue(all.stream().anyMatch(status -> status.instanceId().equals(off)));
  }

  @Test
  void pagesLongLists() {
    for (int i = 0; i < 7; i++) {
      test.fleet.create("environment-" + i);
    }
    var pages = client.describeInstancesPaginator(r -> r.maxResults(5));
    assertEquals(7, pages.reservations().stream().count());
  }

  @Test
  void namesTheOperationOrFieldThatIsNotImplemented() {
    var error = assertThrows(Ec2Exception.class, () -> client.describeVpcs());
    assertEquals("InvalidAction", code(error));
    assertTrue(error.getMessage().contains("DescribeVpcs"), error.getMessage());
  }

  @Test
  void aStoppedInstanceHasNoPublicAddress() {
    String id = test.fleet.create("a").instanceId();
    test.fleet.set(id, MachineState.STOPPED, Optional.empty());
    assertEquals(
        null,
        client
            .describeInstances(r -> r.instanceIds(id))
            .reservations()
            .getFirst()
            .instances()
            .getFirst()
            .publicIpAddress());
  }
}
