package cryptorobot.localcloud.stepfunctions.engine;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/**
 * JSONata that is parsed once and evaluated many times; engines may share it.
 *
 * <p>The library makes no promise to threads, so a parsed expression is used by one at a time and
 * there are as many of one text as were ever evaluated at once.
 */
public final class Expressions {
  private final Map<String, Queue<Jsonata>> idle = new ConcurrentHashMap<>();

  /**
   * What it gives; null when that is undefined.
   *
   * @param frame what it may see
   * @throws JException when it cannot be parsed or fails
   */
  Object evaluate(String jsonata, Function<Jsonata, Jsonata.Frame> frame) {
    var same = idle.computeIfAbsent(jsonata, _ -> new ConcurrentLinkedQueue<>());
    var rested = same.poll();
    var expression = rested == null ? parse(jsonata) : rested;
    var result = expression.evaluate(null, frame.apply(expression));
    // One that failed half way is not used again.
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
