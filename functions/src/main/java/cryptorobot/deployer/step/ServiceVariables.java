package cryptorobot.deployer.step;

import cryptorobot.deployer.json.Refusals;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The rules for the variables of a service: none that the deployer or systemd sets, and no secret.
 *
 * <p>The values of these variables are in the input of an execution, in a parameter of Systems
 * Manager and in a unit that each user of the instance can read. A refusal never has a value.
 */
final class ServiceVariables {

  private static final Set<String> OF_THE_DEPLOYER =
      Set.of(
          "PATH",
          "HOME",
          "XDG_CACHE_HOME",
          "PORT",
          "ROBOT_MODE",
          "BINANCE_API_KEY",
          "BINANCE_SECRET_KEY",
          "SSL_CERT_PATH",
          "SSL_KEY_PATH",
          "PYTHONUNBUFFERED",
          "PYTHONDONTWRITEBYTECODE",
          "USER",
          "LOGNAME",
          "SHELL",
          "NOTIFY_SOCKET",
          "INVOCATION_ID",
          "JOURNAL_STREAM",
          "SYSTEMD_EXEC_PID",
          "LISTEN_FDS",
          "LISTEN_PID",
          "WATCHDOG_PID",
          "WATCHDOG_USEC");

  /** Names of which any value is a secret. */
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?i).*(^|_)(SECRET|PASSWORD|PASSWD|PASSPHRASE|MNEMONIC|SEED_PHRASE|PRIVATE_?KEY"
              + "|CREDENTIALS?)(_.*)?");

  /** Names that also other things than secrets have, such as the token of a currency. */
  private static final Pattern PERHAPS_SECRET_NAME =
      Pattern.compile("(?i).*(^|_)(TOKEN|KEY|API_?KEY|AUTH|DSN|WEBHOOK)(_.*)?");

  /** What leads to a secret, and is none. */
  private static final Pattern PLACE = Pattern.compile("(?i).*_(FILE|PATH|DIR|NAME)");

  private static final Pattern SWITCH_OR_NUMBER =
      Pattern.compile("(?i)|true|false|yes|no|on|off|none|-?[0-9]{1,9}([.][0-9]{1,9})?");

  private static final int LONGEST_WORD = 15;

  /** User information in an address, and tokens of the usual kinds. */
  private static final Pattern SECRET_VALUE =
      Pattern.compile(
          ".*://[^/@\\s]*:[^/@\\s]+@.*|(ghp_|gho_|ghs_|ghu_|github_pat_|glpat-|AKIA|ASIA|xox|sk-|eyJ"
              + "|-----BEGIN).*|[0-9]{8,10}:[A-Za-z0-9_-]{30,}|https://(discord|hooks[.]slack)[^ ]*"
              + "|(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/=_-]{32,}|[A-Za-z0-9]{64,}");

  private ServiceVariables() {}

  static void demand(String path, Map<String, String> variables, Refusals refusals) {
    variables.forEach(
        (name, value) -> {
          if (OF_THE_DEPLOYER.contains(name)) {
            refusals.add(
                path + "." + name, "a variable that the deployer sets", "variables of the robot");
          } else if (isSecret(name, value)) {
            refusals.add(
                path + "." + name,
                "a name or a value as of a secret (not shown)",
                "no secret here: the request and the unit are not secret. Put it into a secret of"
                    + " the environment");
          }
        });
  }

  private static boolean isSecret(String name, String value) {
    if (SECRET_VALUE.matcher(value).matches()) {
      return true;
    }
    if (PLACE.matcher(name).matches() || SWITCH_OR_NUMBER.matcher(value).matches()) {
      return false;
    }
    return SECRET_NAME.matcher(name).matches()
        || PERHAPS_SECRET_NAME.matcher(name).matches() && value.length() > LONGEST_WORD;
  }
}
