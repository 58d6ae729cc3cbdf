package cryptorobot.localcloud.aws.protocol;

/** One of the things behind the port. */
public interface AwsService {
  boolean accepts(Incoming request);

  /** Never throws for a wrong request: it answers in its own protocol's error shape. */
  Answer answer(Incoming request);

  /** The answer to somebody who is not let in, in the same shape. */
  Answer refuse(Incoming request, String why);
}
