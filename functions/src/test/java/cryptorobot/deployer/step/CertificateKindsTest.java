package cryptorobot.deployer.step;

import static cryptorobot.deployer.step.Authority.HOST;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import cryptorobot.deployer.document.Script;
import cryptorobot.deployer.fakes.FakeHostCommands;
import cryptorobot.deployer.hostile.Hostile;
import cryptorobot.deployer.hostile.HostileTexts;
import cryptorobot.deployer.hostile.Refusal;
import cryptorobot.deployer.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Certificates of every kind, from the value of the secret through the step of the host to the
 * message for a person. The host trusts the root of the authority that signs them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertificateKindsTest {
  /** What the step prints, for a file with the value of a secret, a private folder and a name. */
  private static final String JUDGE =
      """
      from datetime import datetime, timezone
      from robothost.steps.validate_certificate import answer, judged
      from robothost.system import System
      with open(sys.argv[1], "rb") as file:
          print(answer(judged(System(), file.read(), sys.argv[2], sys.argv[3], datetime.now(timezone.utc))[0]))
      """;

  private static final String NO_CHAIN =
      "its chain does not reach a root that this instance trusts: clients that do not know the issuer"
          + " refuse it; are intermediate certificates missing?";
  private static final String DISORDER =
      "its chain is out of order: each certificate must be signed by the next one";
  private static final String DAMAGED = "'cert' holds a PEM certificate that is cut or damaged";
  private static final String NO_PEM = "'cert' holds no PEM certificate";
  private static final String CUT_KEY = "'key' holds a PEM private key that is cut or damaged";
  private static final String NO_KEY =
      "'key' is no private key openssl can read without a pass phrase";
  private static final String GARBAGE =
      "-----BEGIN CERTIFICATE-----\nZ2FyYmFnZQ==\n-----END CERTIFICATE-----\n";

  /**
   * @param sentence the case and its expected result
   * @param secret the value of the secret, made by the authority
   * @param problem why the protocol is HTTP; empty if it is HTTPS; only its beginning if it ends
   *     with a blank
   * @param warning only its beginning if it ends with a blank
   */
  private record Kind(
      String sentence,
      Function<Authority, String> secret,
      String host,
      String problem,
      String warning) {
    @Override
    public String toString() {
      return sentence;
    }
  }

  private static Kind served(String sentence, Function<Authority, String> secret) {
    return new Kind(sentence, secret, HOST, "", "");
  }

  private static Kind servedFor(String host, String sentence, Function<Authority, String> secret) {
    return new Kind(sentence, secret, host, "", "");
  }

  private static Kind warned(String sentence, Function<Authority, String> secret) {
    return warned(sentence, NO_CHAIN, secret);
  }

  private static Kind warned(String sentence, String warning, Function<Authority, String> secret) {
    return new Kind(sentence, secret, HOST, "", warning);
  }

  private static Kind refused(String sentence, String problem, Function<Authority, String> secret) {
    return new Kind(sentence, secret, HOST, problem, "");
  }

  private static Kind refusedFor(
      String host, String sentence, String problem, Function<Authority, String> secret) {
    return new Kind(sentence, secret, host, problem, "");
  }

  private static String secret(String cert, String key, String chain) {
    return Json.object().put("cert", cert).put("key", key).put("chain", chain).toString();
  }

  /** A leaf as it should be stored: followed by the intermediate. */
  private static String whole(Authority a, String leaf) {
    return secret(a.pem(leaf), a.key(leaf), a.pem("intermediate"));
  }

  private static Function<Authority, String> leaf(String name) {
    return a -> whole(a, name);
  }

  private static String keyOf(Authority a, String leaf, String... options) {
    String[] command = new String[options.length + 3];
    command[0] = "pkey";
    command[1] = "-in";
    command[2] = leaf + ".key";
    System.arraycopy(options, 0, command, 3, options.length);
    return a.openssl(command);
  }

  private static String cut(String pem) {
    return pem.substring(0, pem.length() / 2);
  }

  static Stream<Kind> chains() {
    return Stream.of(
        served("a leaf with its intermediate is served", leaf("good")),
        served(
            "a leaf with intermediate and root is served",
            a -> secret(a.pem("good"), a.key("good"), a.pem("intermediate") + a.pem("root"))),
        served(
            "a full chain in 'cert' is served",
            a -> secret(a.pem("good") + a.pem("intermediate"), a.key("good"), "")),
        served(
            "a leaf the trusted root itself has signed is served alone",
            a -> secret(a.pem("direct"), a.key("direct"), "")),
        served(
            "a certificate that signed itself is served, as openssl req makes it",
            a -> secret(a.pem("self"), a.key("self"), "")),
        served(
            "a chain that is stored both in 'cert' and in 'chain' is served once",
            a ->
                secret(
                    a.pem("good") + a.pem("intermediate"),
                    a.key("good"),
                    a.pem("intermediate") + a.pem("root"))),
        served(
            "a leaf that is stored twice is served once",
            a -> secret(a.pem("good"), a.key("good"), a.pem("good") + a.pem("intermediate"))),
        warned(
            "a leaf without its intermediate is served with a warning",
            a -> secret(a.pem("good"), a.key("good"), "")),
        refused(
            "a chain from which the intermediate is missing is refused",
            DISORDER,
            a -> secret(a.pem("good"), a.key("good"), a.pem("root"))),
        refused(
            "a chain with the root before the intermediate is refused",
            DISORDER,
            a -> secret(a.pem("good"), a.key("good"), a.pem("root") + a.pem("intermediate"))),
        refused(
            "a chain in front of its leaf is refused",
            "it has no subject alternative names, and a common name does not count; the private"
                + " key does not belong to it; it is the certificate of an authority, not of a server; "
                + DISORDER,
            a -> secret(a.pem("intermediate") + a.pem("good"), a.key("good"), "")),
        refused(
            "a chain of another authority is refused",
            DISORDER,
            a -> secret(a.pem("good"), a.key("good"), a.pem("self"))),
        refused(
            "an intermediate authority as the leaf is refused",
            "it has no subject alternative names, and a common name does not count; it is"
                + " the certificate of an authority, not of a server",
            a -> secret(a.pem("intermediate"), a.key("intermediate"), a.pem("root"))),
        refused(
            "a root as the leaf is refused",
            "it has no subject alternative names, and a common name does not count; its key"
                + " usages do not permit use as a server",
            a -> secret(a.pem("root"), a.key("root"), "")),
        refused(
            "a certificate for clients only is refused",
            "its key usages do not permit use as a server",
            leaf("client")));
  }

  static Stream<Kind> namesAndTimes() {
    return Stream.of(
        refused(
            "a certificate for another host is refused",
            "it is not for " + HOST + " but for elsewhere.invalid",
            leaf("elsewhere")),
        refused(
            "a certificate with only a common name is refused",
            "it has no subject alternative names, and a common name does not count",
            leaf("nameless")),
        served("a wildcard matches one label, also with an underscore", leaf("wildcard")),
        refusedFor(
            "a.b.crypto-vision.com",
            "a wildcard does not match two labels",
            "it is not for a.b.crypto-vision.com but for *.crypto-vision.com",
            leaf("wildcard")),
        refusedFor(
            "crypto-vision.com",
            "a wildcard does not match an empty label",
            "it is not for crypto-vision.com but for *.crypto-vision.com",
            leaf("wildcard")),
        servedFor("10.0.0.5", "an address is served under its IP name", leaf("address")),
        refusedFor(
            "10.0.0.6",
            "another address is refused",
            "it is not for 10.0.0.6 but for 10.0.0.5",
            leaf("address")),
        servedFor("ITS_ROBOT.Crypto-Vision.COM", "case is ignored", leaf("good")),
        servedFor("b.example", "the second of two names counts as well", leaf("two")),
        refused("an expired certificate is refused", "it expired at ", leaf("expired")),
        refused(
            "a certificate that is not valid yet is refused",
            "it is not valid before ",
            leaf("future")));
  }

  static Stream<Kind> keys() {
    String weak = ", but browsers accept only RSA of 2048 bits or more, EC P-256 and EC P-384";
    return Stream.of(
        served("RSA of 2048 bits is served", leaf("rsa2048")),
        served("RSA of 4096 bits is served", leaf("rsa4096")),
        served("EC P-384 is served", leaf("p384")),
        refused("RSA of 1024 bits is refused", "its key is RSA 1024" + weak, leaf("rsa1024")),
        refused("Ed25519 is refused", "its key is ED25519" + weak, leaf("ed25519")),
        refused(
            "the curve of bitcoin is refused", "its key is EC secp256k1" + weak, leaf("secp256k1")),
        refused(
            "a signature with SHA-1 is refused",
            "no server can load it: ca md too weak",
            leaf("sha1")),
        served(
            "an RSA key in the form of PKCS#1 is served",
            a ->
                secret(
                    a.pem("rsa2048"), keyOf(a, "rsa2048", "-traditional"), a.pem("intermediate"))),
        served(
            "an EC key in the form of SEC1 is served",
            a -> secret(a.pem("good"), keyOf(a, "good", "-traditional"), a.pem("intermediate"))),
        served(
            "a SEC1 key behind its curve's parameters is served",
            a ->
                secret(
                    a.pem("good"),
                    a.openssl("ecparam", "-name", "prime256v1") + keyOf(a, "good", "-traditional"),
                    a.pem("intermediate"))),
        refused(
            "an encrypted key is refused",
            NO_KEY,
            a ->
                secret(
                    a.pem("good"),
                    keyOf(a, "good", "-aes256", "-passout", "pass:hidden"),
                    a.pem("intermediate"))),
        refused(
            "another certificate's key is refused",
            "the private key does not belong to it",
            a -> secret(a.pem("good"), a.key("p384"), a.pem("intermediate"))),
        refused(
            "a public key as the key is refused",
            NO_KEY,
            a -> secret(a.pem("good"), keyOf(a, "good", "-pubout"), a.pem("intermediate"))),
        refused(
            "a certificate as the key is refused",
            NO_KEY,
            a -> secret(a.pem("good"), a.pem("good"), a.pem("intermediate"))),
        refused(
            "a key cut in the middle is refused",
            CUT_KEY,
            a -> secret(a.pem("good"), cut(a.key("good")), a.pem("intermediate"))));
  }

  static Stream<Kind> writings() {
    return Stream.of(
        served(
            "line ends of Windows are served",
            a ->
                secret(
                    a.pem("good").replace("\n", "\r\n"),
                    a.key("good").replace("\n", "\r\n"),
                    a.pem("intermediate").replace("\n", "\r\n"))),
        served(
            "bag attributes and words around the PEM are served without them",
            a ->
                secret(
                    "Bag Attributes\n    friendlyName: robot\nsubject=CN = x\n\n" + a.pem("good"),
                    "Bag Attributes\n    localKeyID: 01\nKey Attributes: <No Attributes>\n"
                        + a.key("good"),
                    "# the intermediate\n" + a.pem("intermediate") + "\nend\n")),
        served(
            "a key that is stored with the certificate is not served with it",
            a -> secret(a.key("good") + a.pem("good"), a.key("good"), a.pem("intermediate"))),
        refused(
            "a certificate cut in the middle is refused",
            DAMAGED,
            a -> secret(cut(a.pem("good")), a.key("good"), a.pem("intermediate"))),
        refused(
            "a leaf cut in front of its intermediate is refused",
            DAMAGED,
            a -> secret(cut(a.pem("good")) + "\n" + a.pem("intermediate"), a.key("good"), "")),
        refused(
            "a chain cut in the middle is refused",
            "'chain' holds a PEM certificate that is cut or damaged",
            a -> secret(a.pem("good"), a.key("good"), cut(a.pem("intermediate")))),
        refused(
            "DER is refused",
            "the secret's 'cert' is not text",
            a -> secret(der(a), a.key("good"), a.pem("intermediate"))),
        refused(
            "DER in base64 is refused",
            NO_PEM,
            a ->
                secret(
                    Base64.getEncoder().encodeToString(der(a).getBytes(ISO_8859_1)),
                    a.key("good"),
                    "")),
        refused("garbage is refused", NO_PEM, a -> secret("garbage", a.key("good"), "")),
        refused(
            "garbage in PEM is refused",
            "'cert' is no certificate openssl can read",
            a -> secret(GARBAGE, a.key("good"), a.pem("intermediate"))),
        refused(
            "garbage in PEM behind the leaf is refused",
            "a certificate after the first is none openssl can read",
            a -> secret(a.pem("good"), a.key("good"), GARBAGE)),
        refused(
            "words in place of a chain are refused",
            "'chain' holds no PEM certificate",
            a -> secret(a.pem("good"), a.key("good"), "none")),
        refused(
            "a request for a certificate is refused",
            NO_PEM,
            a -> secret(a.read("good.csr"), a.key("good"), "")),
        refused(
            "a certificate of OpenSSL's trusted form is refused",
            DAMAGED,
            a -> secret(a.openssl("x509", "-in", "good.pem", "-trustout"), a.key("good"), "")));
  }

  /** PEM as forms, shells and other stores change it, and a change that cannot be undone. */
  static Stream<Kind> lineBreaks() {
    return Stream.of(
        written("line breaks as the two characters \\n", pem -> pem.replace("\n", "\\n")),
        written("line breaks as \\n that were escaped twice", pem -> pem.replace("\n", "\\\\n")),
        written("line breaks as the characters \\r\\n", pem -> pem.replace("\n", "\\r\\n")),
        written("\\n and line breaks", pem -> pem.replace("\n", "\\n\n")),
        written("blanks in place of line breaks", pem -> pem.replace('\n', ' ')),
        written("tabs in place of line breaks", pem -> pem.replace('\n', '\t')),
        written("carriage returns in place of line breaks", pem -> pem.replace('\n', '\r')),
        written("no line breaks", pem -> pem.replace("\n", "")),
        written("no line breaks inside the base64", pem -> pem.replaceAll("(?<!-)\n(?!-)", "")),
        written("indented lines", pem -> pem.indent(8)),
        written("no-break spaces", pem -> pem.replace("\n", "\u00a0\n").replace(' ', '\u00a0')),
        written("empty lines", pem -> pem.replace("\n", "\n\n")),
        written("blanks at the ends", pem -> "  \n\t" + pem + " \n "),
        written("a byte order mark", pem -> "\ufeff" + pem),
        written("quotation marks", pem -> "\"" + pem.replace("\n", "\\n") + "\""),
        served("a byte order mark before the JSON is ignored", a -> "\ufeff" + whole(a, "good")),
        served(
            "a full chain on one line is served whole",
            a ->
                secret(
                    (a.pem("good") + a.pem("intermediate")).replace('\n', ' '),
                    a.key("good").replace('\n', ' '),
                    "")),
        refused(
            "a certificate that lost a character with its line breaks is refused",
            DAMAGED,
            a -> secret(a.pem("good").replaceFirst("(?<=[^-]{63})[^-]\n", ""), a.key("good"), "")),
        refused(
            "a certificate with another character in its base64 is refused",
            DAMAGED,
            a -> secret(a.pem("good").replaceFirst("M", "\\\\x"), a.key("good"), "")),
        refused(
            "a key that lost a character is refused",
            CUT_KEY,
            a -> secret(a.pem("good"), a.key("good").replaceFirst(".\n-", "-"), "")),
        refused(
            "a key without its last line is refused",
            CUT_KEY,
            a -> secret(a.pem("good"), a.key("good").replaceFirst("-----END.*", ""), "")));
  }

  /** All three values in this form are served as if they had their line breaks. */
  private static Kind written(String form, UnaryOperator<String> change) {
    return served(
        form + " are repaired",
        a ->
            secret(
                change.apply(a.pem("good")),
                change.apply(a.key("good")),
                change.apply(a.pem("intermediate"))));
  }

  /** A chain is as good as the first of its certificates to expire. */
  static Stream<Kind> datesOfTheChain() {
    return Stream.of(
        refused(
            "an expired intermediate is refused",
            "its intermediate certificate CN=past expired at ",
            a -> secret(a.pem("of-past"), a.key("of-past"), a.pem("past"))),
        refused(
            "an expired intermediate is refused before its root",
            "its intermediate certificate CN=past expired at ",
            a -> secret(a.pem("of-past"), a.key("of-past"), a.pem("past") + a.pem("root"))),
        refused(
            "an intermediate that is not valid yet is refused",
            "its intermediate certificate CN=coming is not valid before ",
            a -> secret(a.pem("of-coming"), a.key("of-coming"), a.pem("coming"))),
        warned(
            "an intermediate that expires before the leaf is served with a warning",
            "its intermediate certificate CN=ending expires at ",
            a -> secret(a.pem("of-ending"), a.key("of-ending"), a.pem("ending"))),
        refused(
            "an expired issuer is refused where the host does not trust the authority",
            "its intermediate certificate CN=strange-past expired at ",
            a -> secret(a.pem("of-strange"), a.key("of-strange"), a.pem("strange-past"))),
        served(
            "an expired cross-signature of a root that the host trusts is ignored",
            a ->
                secret(
                    a.pem("good"),
                    a.key("good"),
                    a.pem("intermediate") + a.pem("cross") + a.pem("old"))),
        warned(
            "an expired cross-signature of a root that the host does not trust is a warning",
            "its intermediate certificate CN=strange expired at ",
            a ->
                secret(
                    a.pem("of-stranger"),
                    a.key("of-stranger"),
                    a.pem("stranger") + a.pem("strange-cross"))));
  }

  private static String der(Authority a) {
    String lines = a.pem("good").replaceAll("-----[A-Z ]+-----|\\s", "");
    return new String(Base64.getDecoder().decode(lines), ISO_8859_1);
  }

  static Stream<String> noSecrets() {
    String mark = "\"visible-if-leaked\"";
    return Stream.concat(
        Stream.of(
            "",
            " \n",
            mark,
            "7",
            "null",
            "[]",
            "{}",
            "[" + mark + "]",
            "{\"cert\": " + mark + "}",
            "{\"key\": " + mark + "}",
            "{\"cert\": 7, \"key\": " + mark + "}",
            "{\"cert\": \"\", \"key\": " + mark + "}",
            "{\"cert\": " + mark + ", \"key\": null}",
            "{\"cert\": " + mark + ", \"key\": \" \"}",
            "{\"cert\": [" + mark + "], \"key\": " + mark + "}",
            "{\"cert\": " + mark + ", \"key\": " + mark + ", \"chain\": null}",
            "{\"cert\": " + mark + ", \"key\": " + mark + ", \"chain\": [" + mark + "]}",
            "{\"cert\": \"\\ud800\", \"key\": " + mark + "}",
            "{\"cert\": " + mark + ", \"key\": \"\\udfff\"}",
            "{\"cert\": \"\\u0000\", \"key\": " + mark + "}",
            "{\"cert\": " + mark + ", \"key\": " + mark + "} {}",
            "{\"cert\": \"-----BEGIN CERTIFICATE-----" + " ".repeat(60_000) + "\", \"key\": \"k\"}",
            "[".repeat(60_000)),
        HostileTexts.all("certificates").stream()
            .filter(
                text ->
                    text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE))
            .map(text -> secret(text, "visible-if-leaked", text)));
  }

  private Path folder;
  private Authority authority;

  @BeforeAll
  void certifyAll(@TempDir Path temporary) throws IOException {
    folder = temporary;
    authority = new Authority(Files.createDirectory(folder.resolve("authority")));
    String named = "DNS:" + HOST;
    authority.leaf("good", Authority.P256, named);
    authority.leaf("p384", "EC -pkeyopt ec_paramgen_curve:P-384", named);
    authority.leaf("secp256k1", "EC -pkeyopt ec_paramgen_curve:secp256k1", named);
    authority.leaf("ed25519", "ED25519", named);
    authority.leaf("rsa1024", "RSA -pkeyopt rsa_keygen_bits:1024", named);
    authority.leaf("rsa2048", "RSA -pkeyopt rsa_keygen_bits:2048", named);
    authority.leaf("rsa4096", "RSA -pkeyopt rsa_keygen_bits:4096", named);
    authority.leaf("elsewhere", Authority.P256, "DNS:elsewhere.invalid");
    authority.leaf("nameless", Authority.P256, "");
    authority.leaf("wildcard", Authority.P256, "DNS:*.crypto-vision.com");
    authority.leaf("address", Authority.P256, "IP:10.0.0.5");
    authority.leaf("two", Authority.P256, "DNS:a.example,DNS:b.example");
    other("client", "intermediate", "extendedKeyUsage=clientAuth\n", "-1d", "+1y");
    other("direct", "root", "", "-1d", "+1y");
    other("expired", "intermediate", "", "-30d", "-1d");
    other("future", "intermediate", "", "+1d", "+1y");
    other("sha1", "intermediate", "", "-1d", "+1y", "-md", "sha1");
    authority.key("self", Authority.P256);
    String own = "basicConstraints=critical,CA:TRUE\nsubjectAltName=DNS:" + HOST + "\n";
    authority.certify("self", "self", own, "-1d", "+1y");
    below("past", "root", "-30d", "-1d", "of-past");
    below("coming", "root", "+1d", "+1y", "of-coming");
    below("ending", "root", "-1d", "+2d", "of-ending");
    authority.key("strange", Authority.P256);
    authority.certify("strange", "strange", Authority.OF_AN_AUTHORITY, "-1d", "+10y");
    below("strange-past", "strange", "-30d", "-1d", "of-strange");
    below("stranger", "strange", "-1d", "+1y", "of-stranger");
    authority.key("old", Authority.P256);
    authority.certify("old", "old", Authority.OF_AN_AUTHORITY, "-30d", "-1d");
    authority.crossSign("cross", "root", "old", "-30d", "-1d");
    authority.crossSign("strange-cross", "strange", "old", "-30d", "-1d");
  }

  private void other(
      String name, String issuer, String extension, String from, String to, String... more) {
    authority.key(name, Authority.P256);
    authority.certify(name, issuer, Authority.server("DNS:" + HOST) + extension, from, to, more);
  }

  /** An authority with these dates, and a certificate for a year that it signs. */
  private void below(String name, String issuer, String from, String to, String leaf) {
    authority.key(name, Authority.P256);
    authority.certify(name, issuer, Authority.OF_AN_AUTHORITY, from, to);
    other(leaf, name, "", "-1d", "+1y");
  }

  private JsonNode validate(String secret, String host) throws IOException {
    return validate(secret, host, Files.createTempDirectory(folder, "staged"));
  }

  private JsonNode validate(String secret, String host, Path staged) throws IOException {
    Script.Ended read =
        Script.python(
            JUDGE,
            Map.of("SSL_CERT_FILE", folder.resolve("authority/root.pem").toString()),
            "",
            Files.writeString(staged.resolve("secret"), secret).toString(),
            staged.toString(),
            host);
    assertEquals(0, read.code(), read.errors());
    assertEquals("", read.errors());
    assertFalse(read.output().contains("PRIVATE KEY"), "the key was shown");
    return Steps.call(
        new ValidateCertificate(Steps.of(new FakeHostCommands().prints(read.output()))),
        """
        {"phase": 5, "host": %s, "settings": {"CertificateSecret": "s", "CertificateVersion": "v1",
         "CertificateHostname": "%s", "Protocol": "https-or-http"}}"""
            .formatted(Steps.HOST_JSON, host));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"chains", "namesAndTimes", "keys", "writings", "lineBreaks", "datesOfTheChain"})
  @Hostile("certificates, good and bad")
  void hasTheExpectedResult(Kind kind) throws IOException {
    Path staged = Files.createTempDirectory(folder, "staged");
    JsonNode result = validate(kind.secret().apply(authority), kind.host(), staged);

    boolean good = kind.problem().isEmpty();
    String reason = "certificate for " + kind.host() + ": " + kind.problem();
    hasTheExpectedText(good ? "" : reason, result.path("problem").asText());
    hasTheExpectedText(kind.warning(), result.path("warning").asText());
    assertEquals(good ? "https" : "http", result.path("protocol").asText());
    if (good) {
      isCleanPem("(CERTIFICATE)", Files.readString(staged.resolve("cert.pem")));
      isCleanPem("((?:EC |RSA )?PRIVATE KEY)", Files.readString(staged.resolve("key.pem")));
    }
  }

  private static void hasTheExpectedText(String expected, String text) {
    assertEquals(
        expected,
        expected.endsWith(" ")
            ? text.substring(0, Math.min(expected.length(), text.length()))
            : text);
  }

  private static void isCleanPem(String label, String text) {
    String block =
        "-----BEGIN %s-----\n(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/=]{1,64}\n-----END \\1-----\n";
    assertTrue(text.matches("(?:" + block.formatted(label) + ")+"), "not clean PEM");
  }

  @ParameterizedTest
  @MethodSource("noSecrets")
  @Hostile("certificate secrets")
  void namesTheProblemOfASecretAndDisclosesNothingOfIt(String secret) throws IOException {
    String problem = validate(secret, HOST).path("problem").asText();

    Refusal.isReadable(problem);
    assertFalse(problem.contains("visible"), problem);
    Refusal.ranNothing();
  }
}
