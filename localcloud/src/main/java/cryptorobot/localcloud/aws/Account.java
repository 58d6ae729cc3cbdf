package cryptorobot.localcloud.aws;

import java.util.Objects;

/** The account and region that the local cloud plays, and how its ARNs are spelled. */
public record Account(String region) {
  /** Not a real account: AWS never issues it. */
  public static final String ID = "000000000000";

  public Account {
    Objects.requireNonNull(region, "region is null");
    if (!region.matches("[a-z]{2}(-[a-z]+)+-\\d")) {
      throw new IllegalArgumentException("AWS_REGION is no region name: " + region);
    }
  }

  /** {@code arn:aws:<service>:<region>:<account>:<resource>}. */
  public String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + ID + ":" + resource;
  }

  /** The role a function, a state machine or an instance acts under. */
  public String role(String name) {
    return "arn:aws:iam::" + ID + ":role/" + name;
  }
}
