package cryptorobot.deployer.document;

/**
 * A host step from which no document can be made; the message names the file and what to change.
 */
public final class DocumentRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DocumentRefused(String file, String problem) {
    super(file + ": " + problem);
  }
}
