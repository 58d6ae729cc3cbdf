package cryptorobot.localcloud.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.aws.protocol.ApiError;
import cryptorobot.localcloud.aws.protocol.AwsJson;
import cryptorobot.localcloud.aws.protocol.AwsService;
import cryptorobot.localcloud.aws.protocol.CallLog;
import cryptorobot.localcloud.aws.protocol.Request;
import cryptorobot.localcloud.aws.protocol.Response;
import cryptorobot.localcloud.machines.FleetException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The private endpoints: {@code /_local/health}, {@code /_local/iam}, {@code /_local/machines},
 * {@code /_local/environments/NAME}, {@code /_local/capacity/NAME}, {@code
 * /_local/logs?environment=NAME}, {@code /_local/repositories/NAME}, {@code /_local/certificates}
 * and {@code /_local/shutdown}. Only programs of this machine may call them, never an instance.
 */
public final class ControlApi implements AwsService {
  private static final String ROOT = "/_local/";

  private final Environments environments;
  private final BiConsumer<String, Boolean> capacity;
  private final Logs logs;
  private final RepositoryServer repositories;
  private final CertificateIssuer certificates;
  private final ObjectNode health;
  private final Supplier<JsonNode> access;
  private final Runnable shutdown;
  private final CallLog log;

  /**
   * @param capacity receives an environment, and whether EC2 has capacity for its instance
   * @param health the response of the health endpoint
   * @param access the response of the IAM endpoint
   * @param shutdown ends the process; it runs on its own thread, and the server writes the response
   *     first
   */
  public ControlApi(
      Environments environments,
      BiConsumer<String, Boolean> capacity,
      Logs logs,
      RepositoryServer repositories,
      CertificateIssuer certificates,
      ObjectNode health,
      Supplier<JsonNode> access,
      Runnable shutdown,
      CallLog log) {
    this.environments = environments;
    this.capacity = capacity;
    this.logs = logs;
    this.repositories = repositories;
    this.certificates = certificates;
    this.health = health.deepCopy();
    this.access = access;
    this.shutdown = shutdown;
    this.log = log;
  }

  @Override
  public boolean accepts(Request request) {
    return request.path().startsWith(ROOT);
  }

  @Override
  public Response handle(Request request) {
    String action = request.method() + " " + request.path();
    try {
      if (!request.local()) {
        throw new ApiError(
            403, "Forbidden", "Only programs of this machine may call the private endpoints");
      }
      return Response.of(200, "application/json", AwsJson.bytes(route(request)));
    } catch (ApiError e) {
      log.called("-", action, e.status(), e.code());
      return failed(e.status(), e.getMessage());
    } catch (IllegalArgumentException e) {
      log.called("-", action, 400, e.getMessage());
      return failed(400, e.getMessage());
    } catch (FleetException e) {
      log.called("-", action, 409, e.getMessage());
      return failed(409, e.getMessage());
    } catch (RuntimeException e) {
      log.internalError(action, e);
      return failed(500, "Internal error: " + e);
    }
  }

  @Override
  public Response refuse(Request request, String reason) {
    return failed(403, reason);
  }

  private JsonNode route(Request request) {
    String path = request.path().substring(ROOT.length());
    int slash = path.indexOf('/');
    String what = slash < 0 ? path : path.substring(0, slash);
    String name =
        slash < 0 ? "" : URLDecoder.decode(path.substring(slash + 1), StandardCharsets.UTF_8);
    return switch (request.method() + " " + what + (name.isEmpty() ? "" : "/")) {
      case "GET health" -> health;
      case "GET iam" -> access.get();
      case "GET machines" -> environments.list();
      case "PUT environments/" -> environments.ensure(name);
      case "DELETE environments/" -> environments.remove(name);
      case "PUT capacity/" -> room(name, request.body());
      case "GET logs" -> logs.of(request.query().text("environment"));
      case "POST certificates" -> issue(request.body());
      case "PUT repositories/" -> serve(name, request.body());
      case "POST shutdown" -> {
        environments.powerOff();
        Thread.ofPlatform().name("shutdown").start(shutdown);
        yield AwsJson.object().put("stopped", true);
      }
      default ->
          throw new ApiError(
              404, "NotFound", "There is no " + request.method() + " " + request.path());
    };
  }

  private JsonNode room(String environment, byte[] body) {
    JsonNode room = parsed(body).path("room");
    if (!room.isBoolean()) {
      throw new IllegalArgumentException("room must be true or false, not '" + room + "'");
    }
    capacity.accept(environment, room.booleanValue());
    return AwsJson.object().put("environment", environment).put("room", room.booleanValue());
  }

  private static JsonNode parsed(byte[] body) {
    try {
      return AwsJson.parse(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("the body is not JSON", e);
    }
  }

  private JsonNode serve(String name, byte[] body) {
    JsonNode node = parsed(body);
    String path = node.path("path").asText("");
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must be absolute, not '" + path + "'");
    }
    Optional<String> token = Optional.ofNullable(node.path("token").textValue());
    return AwsJson.object().put("url", repositories.serve(name, Path.of(path), token));
  }

  private JsonNode issue(byte[] body) {
    JsonNode node = parsed(body);
    return certificates.issue(node.path("hostname").asText(""), node.path("address").asText(""));
  }

  private static Response failed(int status, String message) {
    return Response.of(
        status, "application/json", AwsJson.bytes(AwsJson.object().put("message", message)));
  }
}
