package cryptorobot.localcloud.stepfunctions.engine;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * A cache of parsed JSONata; engines may share it.
 *
 * <p>The library is not thread-safe, so only one thread uses a parsed expression at a time. For
 * each text, the cache holds as many parsed expressions as were evaluated concurrently.
 */
public final class Expressions {
  private final Map<String, Queue<Jsonata>> idle = new ConcurrentHashMap<>();

  /**
   * Evaluates an expression; returns null if the result is undefined.
   *
   * @param frame creates its variables
   * @throws JException if it cannot be parsed or fails
   */
  Object evaluate(String jsonata, Function<Jsonata, Jsonata.Frame> frame) {
    var same = idle.computeIfAbsent(jsonata, _ -> new ConcurrentLinkedQueue<>());
    var rested = same.poll();
    var expression = rested == null ? parse(jsonata) : rested;
    var result = expression.evaluate(null, frame.apply(expression));
    // An expression that failed is not used again.
    same.add(expression);
    return result;
  }

  private static Jsonata parse(String jsonata) {
    var expression = Jsonata.jsonata(jsonata);
    expression.setOutputConvertNulls(false);
    expression.setValidateInput(false);
    return expression;
  }
}
