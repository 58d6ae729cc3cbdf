package cryptorobot.localcloud.stepfunctions.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cryptorobot.localcloud.stepfunctions.asl.Retrier;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RetryDelayTest {
  private final Random random = new Random(42);

  @Test
  void growsByTheRateFromTheInterval() {
    var retrier = retrier(3, 1.5, OptionalLong.empty(), false);
    assertEquals(Duration.ofSeconds(3), RetryDelay.before(retrier, 0, random));
    assertEquals(Duration.ofMillis(4500), RetryDelay.before(retrier, 1, random));
    assertEquals(Duration.ofMillis(6750), RetryDelay.before(retrier, 2, random));
  }

  @Test
  void neverDecreasesAndNeverExceedsTheMaximumForAnyRetrier() {
    for (int i = 0; i < 2_000; i++) {
      long interval = random.nextLong(1, 100_000);
      long ceiling = random.nextLong(1, 31_622_401);
      var retrier = retrier(interval, 1 + random.nextDouble() * 9, OptionalLong.of(ceiling), false);
      var before = Duration.ZERO;
      for (int attempt = 0; attempt < 50; attempt++) {
        var delay = RetryDelay.before(retrier, attempt, random);
        var message = retrier + " waits " + delay + " after " + attempt + " retries";
        assertTrue(delay.compareTo(before) >= 0, message + ", less than " + before);
        assertTrue(delay.compareTo(Duration.ofSeconds(ceiling)) <= 0, message);
        before = delay;
      }
    }
  }

  @Test
  void jitterIsUniformBetweenZeroAndThePlainDelay() {
    var plain = retrier(10, 2, OptionalLong.of(60), false);
    var jittered = retrier(10, 2, OptionalLong.of(60), true);
    for (int attempt = 0; attempt < 6; attempt++) {
      long most = RetryDelay.before(plain, attempt, random).toMillis();
      var drawn = random.longs(1_000).map(_ -> 0).toArray();
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = RetryDelay.before(jittered, attempt, random).toMillis();
        assertTrue(drawn[i] >= 0 && drawn[i] <= most, drawn[i] + " of " + most);
      }
      double mean = java.util.Arrays.stream(drawn).average().orElseThrow();
      assertEquals(most / 2.0, mean, most * 0.05, "uniform draws average half the plain delay");
    }
  }

  @Test
  void doesNotOverflowAfterManyRetries() {
    var delay =
        RetryDelay.before(retrier(99_999_999, 100, OptionalLong.empty(), false), 1_000, random);
    assertTrue(delay.isPositive(), () -> "waits " + delay);
  }

  private static Retrier retrier(long interval, double rate, OptionalLong ceiling, boolean jitter) {
    return new Retrier(List.of("E"), interval, rate, ceiling, 3, jitter);
  }
}
