package cryptorobot.deployer.document;

/** No document can be made from a host step; the message has the file and what to change. */
public final class DocumentRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DocumentRefused(String file, String problem) {
    super(file + ": " + problem);
  }
}
