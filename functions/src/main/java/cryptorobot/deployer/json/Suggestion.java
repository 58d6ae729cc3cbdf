package cryptorobot.deployer.json;

import cryptorobot.deployer.failure.DeploymentFailure.InvalidRequest;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a user probably meant. */
final class Suggestion {

  private Suggestion() {}

  static InvalidRequest unknownField(String path, String field, Collection<String> known) {
    return new InvalidRequest(
        path + "." + FoundValue.name(field), "an unknown field", allowed(field, known));
  }

  /** The known names, preceded by the one that the user probably meant. */
  static String allowed(String written, Collection<String> known) {
    String all = String.join(", ", known);
    return nearest(written, known).map(name -> "did you mean " + name + "? " + all).orElse(all);
  }

  static Optional<String> nearest(String written, Collection<String> known) {
    String plain = plain(written);
    return known.stream()
        .filter(name -> distance(plain, plain(name)) <= Math.max(1, plain.length() / 4))
        .min(Comparator.comparingInt(name -> distance(plain, plain(name))));
  }

  /** {@code repositoryUrl}, {@code repository-url} and {@code repository_url} count as equal. */
  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
  }

  /** The Levenshtein distance: the number of letters to insert, delete or replace. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
