package cryptorobot.localcloud.iam.template;

/**
 * A template with roles that are not fully supported. Guessing would enforce something else than
 * AWS does; the message names the place instead.
 */
public final class TemplateRefused extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  TemplateRefused(String file, String where, String what) {
    super(file + ": " + where + ": " + what);
  }
}
