package cryptorobot.deployer.local.cloud.sts;

import cryptorobot.deployer.local.cloud.Account;
import cryptorobot.deployer.local.cloud.protocol.Caller;
import cryptorobot.deployer.local.cloud.protocol.Parameters;
import cryptorobot.deployer.local.cloud.protocol.QueryApi;
import cryptorobot.deployer.local.cloud.protocol.QueryStyle;
import cryptorobot.deployer.local.cloud.protocol.Xml;

/** STS: GetCallerIdentity. */
public final class StsApi implements QueryApi {
  private final Principals principals;

  public StsApi(Principals principals) {
    this.principals = principals;
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
    if (!operation.equals("GetCallerIdentity")) {
      throw QueryApi.unknown(operation);
    }
    parameters.only(operation);
    return Xml.of("result")
        .add(Xml.of("Arn", principals.arn(caller.accessKeyId())))
        .add(Xml.of("UserId", caller.accessKeyId()))
        .add(Xml.of("Account", Account.ID));
  }
}
