package cryptorobot.deployer.json;

/** Spells a Java name as JSON does. */
final class FieldNames {

  private FieldNames() {}

  /** {@code instanceId} becomes {@code instance_id}. */
  static String field(String component) {
    StringBuilder name = new StringBuilder();
    for (char c : component.toCharArray()) {
      if (Character.isUpperCase(c)) {
        name.append('_').append(Character.toLowerCase(c));
      } else {
        name.append(c);
      }
    }
    return name.toString();
  }

  /** {@code ROTATE_KEYS} becomes {@code rotate-keys}. */
  static String constant(Enum<?> constant) {
    return constant.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
