package cryptorobot.localcloud.stepfunctions.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.dashjoin.jsonata.JException;
import com.dashjoin.jsonata.Jsonata;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ExpressionsTest {
  private static final String SUM = "$sum([$a, 1])";
  private final Expressions expressions = new Expressions();

  private Object evaluate(Supplier<Object> a) {
    return expressions.evaluate(
        SUM,
        expression -> {
          var frame = expression.createFrame();
          frame.bind("a", a.get());
          return frame;
        });
  }

  @Test
  void givesEachEvaluationItsOwnValues() {
    assertEquals(3.0, ((Number) evaluate(() -> 2)).doubleValue());
    assertEquals(8.0, ((Number) evaluate(() -> 7)).doubleValue());
  }

  @Test
  void evaluatesOneExpressionWhileItIsEvaluated() {
    assertEquals(4.0, ((Number) evaluate(() -> evaluate(() -> 2))).doubleValue());
  }

  @Test
  void evaluatesOneExpressionAgainThatFailed() {
    assertThrows(JException.class, () -> evaluate(() -> "no number"));
    assertEquals(3.0, ((Number) evaluate(() -> 2)).doubleValue());
  }

  @Test
  void refusesWhatCannotBeParsedEachTime() {
    for (int time = 0; time < 2; time++) {
      assertThrows(JException.class, () -> expressions.evaluate("1 +", Jsonata::createFrame));
    }
  }
}
