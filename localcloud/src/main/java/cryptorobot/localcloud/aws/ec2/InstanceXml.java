package cryptorobot.localcloud.aws.ec2;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.Xml;
import cryptorobot.localcloud.aws.sts.Principals;
import cryptorobot.localcloud.machines.LocalInstance;
import cryptorobot.localcloud.machines.MachineState;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/** An instance in EC2's XML. */
public record InstanceXml(Account account) {
  static String name(MachineState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /**
   * <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html">Codes
   * of AWS</a>.
   */
  static int code(MachineState state) {
    return switch (state) {
      case PENDING -> 0;
      case RUNNING -> 16;
      case STOPPING -> 64;
      case STOPPED -> 80;
    };
  }

  private static Xml state(String element, MachineState state) {
    return Xml.of(element)
        .add(Xml.of("code", Integer.toString(code(state))))
        .add(Xml.of("name", name(state)));
  }

  Xml reservation(LocalInstance machine) {
    return Xml.of("item")
        .add(Xml.of("reservationId", "r-" + machine.instanceId().substring(2)))
        .add(Xml.of("ownerId", Account.ID))
        .add(Xml.of("groupSet"))
        .add(Xml.of("instancesSet").add(instance(machine)));
  }

  private Xml instance(LocalInstance machine) {
    Xml tags =
        Xml.of("tagSet")
            .addAll(
                machine.tags().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(
                        tag ->
                            Xml.of("item")
                                .add(Xml.of("key", tag.getKey()))
                                .add(Xml.of("value", tag.getValue())))
                    .toList());
    Xml item =
        Xml.of("item")
            .add(Xml.of("instanceId", machine.instanceId()))
            .add(Xml.of("imageId", "ami-00000000000000000"))
            .add(state("instanceState", machine.state()))
            .add(Xml.of("instanceType", "t3.micro"))
            .add(Xml.of("placement").add(Xml.of("availabilityZone", account.region() + "a")))
            .add(Xml.of("privateIpAddress", machine.address()))
            .add(Xml.of("architecture", "x86_64"))
            .add(Xml.of("rootDeviceType", "ebs"))
            .add(Xml.of("iamInstanceProfile").add(Xml.of("arn", profile())))
            // The metadata service answers nothing without a token.
            .add(
                Xml.of("metadataOptions")
                    .add(Xml.of("state", "applied"))
                    .add(Xml.of("httpTokens", "required"))
                    .add(Xml.of("httpEndpoint", "enabled")))
            .add(tags);
    Xml launched =
        machine
            .launchedAt()
            .map(
                at ->
                    item.add(
                        Xml.of(
                            "launchTime",
                            // EC2 reports whole seconds.
                            DateTimeFormatter.ISO_INSTANT.format(
                                at.truncatedTo(ChronoUnit.SECONDS)))))
            .orElse(item);
    return machine.state() == MachineState.RUNNING
        ? launched.add(Xml.of("ipAddress", machine.address()))
        : launched;
  }

  private static String profile() {
    return "arn:aws:iam::" + Account.ID + ":instance-profile/" + Principals.INSTANCE_ROLE;
  }

  Xml status(LocalInstance machine) {
    Xml check = Xml.of("status", machine.state() == MachineState.RUNNING ? "ok" : "not-applicable");
    return Xml.of("item")
        .add(Xml.of("instanceId", machine.instanceId()))
        .add(Xml.of("availabilityZone", account.region() + "a"))
        .add(state("instanceState", machine.state()))
        .add(Xml.of("systemStatus").add(check))
        .add(Xml.of("instanceStatus").add(check));
  }

  Xml change(LocalInstance before, MachineState now) {
    return Xml.of("item")
        .add(Xml.of("instanceId", before.instanceId()))
        .add(state("currentState", now))
        .add(state("previousState", before.state()));
  }
}
