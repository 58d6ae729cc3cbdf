package cryptorobot.localcloud.stepfunctions.engine;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import cryptorobot.localcloud.stepfunctions.asl.StateMachineParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Checks the engine against the documentation of Amazon States Language and AWS Step Functions. The
 * cases are in {@code src/test/resources/conformance}. Each cites a sentence; its expectation
 * follows from that sentence, never from the behaviour of the engine.
 */
class ConformanceTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");
  private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

  @Test
  void hasAtLeastSixtyCasesWithUniqueNamesAndSources() throws IOException {
    var cases = cases().toList();
    assertTrue(cases.size() >= 60, "only " + cases.size() + " cases");
    assertEquals(cases.size(), cases.stream().map(ConformanceCase::name).distinct().count());
    for (var each : cases) {
      assertFalse(
          each.cites().isBlank() || each.source().isBlank(), each.name() + " cites nothing");
    }
  }

  @TestFactory
  Stream<DynamicTest> conforms() throws IOException {
    return cases().map(each -> DynamicTest.dynamicTest(each.name(), () -> check(each)));
  }

  private static Stream<ConformanceCase> cases() throws IOException {
    try (var files = Files.list(CASES)) {
      return files.sorted().toList().stream().flatMap(file -> ConformanceCase.read(file).stream());
    }
  }

  private static void check(ConformanceCase each) throws Exception {
    var time = new VirtualTime(START);
    var tasks =
        each.tasks() == null ? Map.<String, List<ConformanceCase.Behaviour>>of() : each.tasks();
    var functions = new FakeFunctions(time, tasks);
    var engine = new Engine(functions, time, new HalfWay(), time);
    var input = each.input() == null ? JsonNodeFactory.instance.objectNode() : each.input();
    var execution =
        engine.start(
            new ExecutionRequest(
                "arn:aws:states:eu-west-1:000000000000:execution:machine:run",
                "run",
                "arn:aws:states:eu-west-1:000000000000:stateMachine:machine",
                "arn:aws:iam::000000000000:role/machine",
                input,
                StateMachineParser.parse(each.definition())));
    for (var act : each.acts() == null ? List.<ConformanceCase.Act>of() : each.acts()) {
      time.run(START.plusSeconds(act.at()));
      execution.stop(act.stop().path("error").textValue(), act.stop().path("cause").textValue());
    }
    time.run();
    assertTrue(execution.done().isDone(), () -> "still running after " + types(execution));
    assertAll(expectations(each.expect(), execution, functions));
  }

  private static Stream<org.junit.jupiter.api.function.Executable> expectations(
      ConformanceCase.Expected expected, Execution execution, FakeFunctions functions) {
    var ended = execution.done().join();
    return Stream.of(
        () -> assertEquals(expected.status(), ended.status().name(), () -> ended.toString()),
        () -> same("output", expected.output(), ended.output()),
        () -> same("error", expected.error(), ended.error()),
        () -> same("cause", expected.cause(), ended.cause()),
        () -> {
          var part = Objects.requireNonNullElse(expected.causeContains(), "");
          assertTrue(
              ended.cause().orElse("").contains(part), () -> ended.cause() + " lacks " + part);
        },
        () -> same("seconds", expected.seconds(), Optional.of(seconds(ended.at()))),
        () -> {
          var calls = JsonNodeFactory.instance.arrayNode();
          functions
              .calls()
              .forEach(call -> calls.addArray().add(call.function()).add((int) seconds(call.at())));
          same("calls", expected.calls(), Optional.of(calls));
        },
        () ->
            same(
                "arguments",
                expected.arguments(),
                Optional.of(
                    functions.calls().stream().map(FakeFunctions.Call::arguments).toList())),
        () -> same("events", expected.events(), Optional.of(types(execution))),
        () -> {
          for (var wanted :
              expected.details() == null ? List.<Map<String, JsonNode>>of() : expected.details()) {
            assertTrue(
                execution.history().stream().anyMatch(event -> shows(event, wanted)),
                () -> "no event with " + wanted + " among " + execution.history());
          }
        });
  }

  private static void same(String what, Object expected, Optional<?> actual) {
    if (expected != null) {
      assertEquals(expected, actual.orElse(null), what);
    }
  }

  private static double seconds(Instant at) {
    return Duration.between(START, at).toMillis() / 1000.0;
  }

  private static List<String> types(Execution execution) {
    return execution.history().stream().map(HistoryEvent::type).toList();
  }

  private static boolean shows(HistoryEvent event, Map<String, JsonNode> wanted) {
    return wanted.entrySet().stream()
        .allMatch(
            field ->
                switch (field.getKey()) {
                  case "type" -> field.getValue().textValue().equals(event.type());
                  case "id" -> field.getValue().longValue() == event.id();
                  case "previousEventId" -> field.getValue().longValue() == event.previousEventId();
                  case "detailsField" -> field.getValue().textValue().equals(event.detailsField());
                  default -> {
                    var actual = event.details().path(field.getKey());
                    yield field.getValue().isObject()
                        ? field.getValue().equals(actual)
                        : field.getValue().asText().equals(actual.asText());
                  }
                });
  }

  /** Every random number between 0 and 1 is one half. */
  private static final class HalfWay implements RandomGenerator {
    private final Random bits = new Random(1);

    @Override
    public long nextLong() {
      return bits.nextLong();
    }

    @Override
    public double nextDouble() {
      return 0.5;
    }
  }
}
