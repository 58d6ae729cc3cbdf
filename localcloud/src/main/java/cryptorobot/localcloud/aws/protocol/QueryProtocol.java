package cryptorobot.localcloud.aws.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** AWS Query: a form with {@code Action}; the credential scope says which service is meant. */
public final class QueryProtocol implements AwsService {
  private final List<QueryApi> apis;
  private final Calls calls;

  public QueryProtocol(List<QueryApi> apis, Calls calls) {
    this.apis = List.copyOf(apis);
    this.calls = calls;
  }

  @Override
  public boolean accepts(Incoming request) {
    return request.path().equals("/") && parameters(request).find("Action").isPresent();
  }

  @Override
  public Answer answer(Incoming request) {
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
          calls.admit(caller, action, parameters.json());
          Xml result = api.call(operation, parameters, caller);
          return xml(
              200, id -> api.style().success(operation, api.namespace(), id, result), Map.of());
        },
        unproven -> unproven.xml(style(api)),
        error -> failed(api, error));
  }

  @Override
  public Answer refuse(Incoming request, String why) {
    QueryApi api = api(request);
    boolean ec2 = style(api) == QueryStyle.EC2;
    return failed(api, new ApiError(403, ec2 ? "UnauthorizedOperation" : "AccessDenied", why));
  }

  private static Answer failed(QueryApi api, ApiError error) {
    String namespace = api == null ? "http://queue.amazonaws.com/" : api.namespace();
    return xml(
        error.status(),
        id -> style(api).failure(namespace, id, error),
        Map.of("x-amzn-ErrorType", error.code()));
  }

  private static QueryStyle style(QueryApi api) {
    return api == null ? QueryStyle.QUERY : api.style();
  }

  /** As the request says; whether it is signed so is not known yet. */
  private QueryApi api(Incoming request) {
    return Signatures.service(request)
        .flatMap(service -> apis.stream().filter(a -> a.service().equals(service)).findFirst())
        .orElse(null);
  }

  private static Parameters parameters(Incoming request) {
    return request.method().equals("POST")
        ? Parameters.parse(new String(request.body(), StandardCharsets.UTF_8))
        : request.query();
  }

  private static Answer xml(
      int status, java.util.function.Function<String, Xml> document, Map<String, String> headers) {
    String id = Calls.requestId();
    Map<String, String> all = new java.util.HashMap<>(headers);
    all.put("Content-Type", "text/xml;charset=UTF-8");
    all.put("x-amzn-RequestId", id);
    return new Answer(status, all, document.apply(id).document().getBytes(StandardCharsets.UTF_8));
  }
}
