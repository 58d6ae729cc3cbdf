package cryptorobot.localcloud.aws.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** AWS Query: a form with {@code Action}. The credential scope names the service. */
public final class QueryProtocol implements AwsService {
  private final List<QueryApi> apis;
  private final Calls calls;

  public QueryProtocol(List<QueryApi> apis, Calls calls) {
    this.apis = List.copyOf(apis);
    this.calls = calls;
  }

  @Override
  public boolean accepts(Request request) {
    return request.path().equals("/") && parameters(request).find("Action").isPresent();
  }

  @Override
  public Response handle(Request request) {
    Parameters parameters = parameters(request);
    String operation = parameters.text("Action");
    QueryApi api = api(request);
    String action = (api == null ? "unknown" : api.service()) + ":" + operation;
    return calls.make(
        request,
        action,
        caller -> {
          if (api == null) {
            throw QueryApi.unknown(caller.service() + ":" + operation);
          }
          calls.authorize(caller, action, parameters.json());
          Xml result = api.call(operation, parameters, caller);
          return xml(
              200, id -> api.style().success(operation, api.namespace(), id, result), Map.of());
        },
        authenticationError -> authenticationError.xml(style(api)),
        error -> failed(api, error));
  }

  @Override
  public Response refuse(Request request, String reason) {
    QueryApi api = api(request);
    boolean ec2 = style(api) == QueryStyle.EC2;
    return failed(api, new ApiError(403, ec2 ? "UnauthorizedOperation" : "AccessDenied", reason));
  }

  private static Response failed(QueryApi api, ApiError error) {
    String namespace = api == null ? "http://queue.amazonaws.com/" : api.namespace();
    return xml(
        error.status(),
        id -> style(api).failure(namespace, id, error),
        Map.of("x-amzn-ErrorType", error.code()));
  }

  private static QueryStyle style(QueryApi api) {
    return api == null ? QueryStyle.QUERY : api.style();
  }

  /** The service that the request names. Its signature is not verified yet. */
  private QueryApi api(Request request) {
    return Signatures.service(request)
        .flatMap(service -> apis.stream().filter(a -> a.service().equals(service)).findFirst())
        .orElse(null);
  }

  private static Parameters parameters(Request request) {
    return request.method().equals("POST")
        ? Parameters.parse(new String(request.body(), StandardCharsets.UTF_8))
        : request.query();
  }

  private static Response xml(
      int status, java.util.function.Function<String, Xml> document, Map<String, String> headers) {
    String id = Calls.requestId();
    Map<String, String> all = new java.util.HashMap<>(headers);
    all.put("Content-Type", "text/xml;charset=UTF-8");
    all.put("x-amzn-RequestId", id);
    return new Response(
        status, all, document.apply(id).document().getBytes(StandardCharsets.UTF_8));
  }
}
