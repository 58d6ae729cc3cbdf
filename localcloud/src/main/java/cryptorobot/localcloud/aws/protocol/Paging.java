package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** One page of a list. The opaque token holds the start of the next page. */
public record Paging(int from, int limit, String tokenField) {
  /** Reads the limit and the token. Without a limit, or with 0, the default applies. */
  public static Paging of(
      RequestFields request, String limitField, String tokenField, int defaultLimit, int highest) {
    int limit = request.integer(limitField, 0, 0, highest);
    return new Paging(
        request.find(tokenField).map(Paging::decode).orElse(0),
        limit == 0 ? defaultLimit : limit,
        tokenField);
  }

  /** A response with the page, and a token if there are more items. */
  public ObjectNode response(String listField, List<? extends JsonNode> all) {
    ObjectNode response = AwsJson.object();
    int to = Math.min(all.size(), from + limit);
    response.putArray(listField).addAll(from < to ? List.copyOf(all.subList(from, to)) : List.of());
    if (to < all.size()) {
      response.put(tokenField, encode(to));
    }
    return response;
  }

  private static String encode(int offset) {
    return Base64.getEncoder().encodeToString(("from " + offset).getBytes(StandardCharsets.UTF_8));
  }

  private static int decode(String token) {
    try {
      String text = new String(Base64.getDecoder().decode(token), StandardCharsets.UTF_8);
      if (text.startsWith("from ")) {
        return Integer.parseUnsignedInt(text.substring(5));
      }
    } catch (IllegalArgumentException e) {
      throw ApiError.refused("InvalidToken", "Invalid Token: '" + token + "'");
    }
    throw ApiError.refused("InvalidToken", "Invalid Token: '" + token + "'");
  }
}
