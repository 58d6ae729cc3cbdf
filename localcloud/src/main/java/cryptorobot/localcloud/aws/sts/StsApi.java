package cryptorobot.localcloud.aws.sts;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.Caller;
import cryptorobot.localcloud.aws.protocol.Parameters;
import cryptorobot.localcloud.aws.protocol.QueryApi;
import cryptorobot.localcloud.aws.protocol.QueryStyle;
import cryptorobot.localcloud.aws.protocol.Xml;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * STS: GetCallerIdentity and AssumeRole. The operator may assume every role, in place of the
 * principals that a role trusts, such as GitHub.
 */
public final class StsApi implements QueryApi {
  private static final Pattern ROLE = Pattern.compile("arn:aws:iam::" + Account.ID + ":role/(.+)");

  private final Principals principals;
  private final IssuedKeys keys;
  private final InstantSource clock;

  public StsApi(Principals principals, IssuedKeys keys, InstantSource clock) {
    this.principals = principals;
    this.keys = keys;
    this.clock = clock;
  }

  /** The name of the role in an ARN; the ARN itself if it is not a role of this account. */
  public static String roleName(String arn) {
    Matcher matcher = ROLE.matcher(arn);
    return matcher.matches() ? matcher.group(1) : arn;
  }

  @Override
  public String service() {
    return "sts";
  }

  @Override
  public String namespace() {
    return "https://sts.amazonaws.com/doc/2011-06-15/";
  }

  @Override
  public QueryStyle style() {
    return QueryStyle.QUERY;
  }

  @Override
  public Xml call(String operation, Parameters parameters, Caller caller) {
    return switch (operation) {
      case "GetCallerIdentity" -> {
        parameters.only(operation);
        yield Xml.of("result")
            .add(Xml.of("Arn", principals.arn(caller.accessKeyId())))
            .add(Xml.of("UserId", caller.accessKeyId()))
            .add(Xml.of("Account", Account.ID));
      }
      case "AssumeRole" -> assume(parameters);
      default -> throw QueryApi.unknown(operation);
    };
  }

  private Xml assume(Parameters parameters) {
    parameters.only("AssumeRole", "RoleArn", "RoleSessionName", "DurationSeconds");
    String session = parameters.text("RoleSessionName");
    if (!session.matches("[\\w+=,.@-]{2,64}")) {
      throw ApiError.invalid("RoleSessionName must match [\\w+=,.@-]{2,64}");
    }
    String seconds = parameters.find("DurationSeconds").orElse("3600");
    if (!seconds.matches("\\d{3,5}")
        || Integer.parseInt(seconds) < 900
        || Integer.parseInt(seconds) > 43_200) {
      throw ApiError.invalid("DurationSeconds must be from 900 to 43200");
    }
    String id = principals.accessKeyOf(roleName(parameters.text("RoleArn")), session);
    IssuedKeys.Key key =
        keys.issue(id, clock.instant().plus(Duration.ofSeconds(Integer.parseInt(seconds))));
    return Xml.of("result")
        .add(
            Xml.of("AssumedRoleUser")
                .add(Xml.of("AssumedRoleId", id + ":" + session))
                .add(Xml.of("Arn", principals.arn(id))))
        .add(
            Xml.of("Credentials")
                .add(Xml.of("AccessKeyId", id))
                .add(Xml.of("SecretAccessKey", key.secretAccessKey()))
                .add(Xml.of("SessionToken", key.token()))
                .add(Xml.of("Expiration", key.expires().toString())));
  }
}
