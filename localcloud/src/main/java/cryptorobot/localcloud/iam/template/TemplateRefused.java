package cryptorobot.localcloud.iam.template;

/**
 * A template whose roles cannot be understood for certain. Guessing would enforce something else
 * than AWS does, so the place is named and nothing is enforced.
 */
public final class TemplateRefused extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  TemplateRefused(String file, String where, String what) {
    super(file + ": " + where + ": " + what);
  }
}
