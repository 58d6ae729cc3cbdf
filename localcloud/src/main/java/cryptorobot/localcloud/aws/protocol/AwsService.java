package cryptorobot.localcloud.aws.protocol;

/** A service behind the HTTP server. */
public interface AwsService {
  boolean accepts(Request request);

  /** Never throws for an invalid request: returns an error in the format of its protocol. */
  Response handle(Request request);

  /** The response to a caller that is not accepted, in the format of its protocol. */
  Response refuse(Request request, String reason);
}
