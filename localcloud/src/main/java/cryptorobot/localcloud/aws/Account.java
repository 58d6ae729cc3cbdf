package cryptorobot.localcloud.aws;

import java.util.Objects;

/** The simulated account and region, and the format of its ARNs. */
public record Account(String region) {
  /** Not a real account: AWS never issues it. */
  public static final String ID = "000000000000";

  public Account {
    Objects.requireNonNull(region, "region is null");
    if (!region.matches("[a-z]{2}(-[a-z]+)+-\\d")) {
      throw new IllegalArgumentException("AWS_REGION is not a region name: " + region);
    }
  }

  /** {@code arn:aws:<service>:<region>:<account>:<resource>}. */
  public String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + ID + ":" + resource;
  }

  /** The ARN of the role of a function, a state machine or an instance. */
  public String role(String name) {
    return "arn:aws:iam::" + ID + ":role/" + name;
  }
}
