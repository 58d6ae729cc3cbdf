package cryptorobot.localcloud.aws.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The part of a list that one request gets; the opaque token holds where the next part begins. */
public record Paging(int from, int limit, String tokenField) {
  /** Reads the limit and the token; 0 and no limit mean the default. */
  public static Paging of(
      RequestFields request, String limitField, String tokenField, int defaultLimit, int highest) {
    int limit = request.integer(limitField, 0, 0, highest);
    return new Paging(
        request.find(tokenField).map(Paging::decode).orElse(0),
        limit == 0 ? defaultLimit : limit,
        tokenField);
  }

  /** The answer with the part of the list, and a token when there is more. */
  public ObjectNode answer(String listField, List<? extends JsonNode> all) {
    ObjectNode answer = AwsJson.object();
    int to = Math.min(all.size(), from + limit);
    answer.putArray(listField).addAll(from < to ? List.copyOf(all.subList(from, to)) : List.of());
    if (to < all.size()) {
      answer.put(tokenField, encode(to));
    }
    return answer;
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
