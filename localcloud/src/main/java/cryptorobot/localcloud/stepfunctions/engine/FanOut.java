package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import cryptorobot.localcloud.stepfunctions.asl.Flow;
import cryptorobot.localcloud.stepfunctions.asl.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The branches of a Parallel or the iterations of a Map, each with its own {@link Walk}. */
final class FanOut implements Activity {
  /** The limit of concurrent iterations of an inline Map. */
  private static final int MOST_CONCURRENT_ITEMS = 40;

  private final Visit visit;
  private final State.Working state;
  private final List<Child> children = new ArrayList<>();
  private final JsonNode[] results;
  private final boolean iterates;
  private final long startedEvent;
  private int next;
  private int ended;
  private boolean over;

  private FanOut(Visit visit, State.Working state, int size, Event started) {
    this.visit = visit;
    this.state = state;
    this.results = new JsonNode[size];
    this.iterates = state instanceof State.Map;
    this.startedEvent = visit.walk().add(started);
  }

  static FanOut ofBranches(Visit visit, State.Parallel state) throws StateFailed {
    var arguments =
        Payload.require(
            visit.templates(visit.states()).evaluate(state.arguments(), "Arguments"),
            "The state '" + state.name() + "' gave its branches arguments");
    var branches = state.branches();
    var fanOut = new FanOut(visit, state, branches.size(), Event.bare("ParallelStateStarted"));
    for (int i = 0; i < branches.size(); i++) {
      fanOut.children.add(fanOut.new Child(i, branches.get(i), arguments));
    }
    fanOut.startUpTo(branches.size());
    return fanOut;
  }

  static FanOut ofItems(Visit visit, State.Map state) throws StateFailed {
    var templates = visit.templates(visit.states());
    var items = templates.evaluate(state.items(), "Items");
    if (!(items instanceof ArrayNode array)) {
      throw TemplateEvaluator.wrongType(state.items(), "Items", "array", items);
    }
    int requested =
        (int) templates.integer(state.maxConcurrency(), "MaxConcurrency", 0, 99_999_999);
    var inputs = new ArrayList<JsonNode>();
    for (int i = 0; i < array.size(); i++) {
      inputs.add(selected(visit, state.itemSelector(), i, array.get(i)));
    }
    var started = Event.of("MapStateStarted", History.details().put("length", array.size()));
    var fanOut = new FanOut(visit, state, array.size(), started);
    for (int i = 0; i < inputs.size(); i++) {
      fanOut.children.add(fanOut.new Child(i, state.processor(), inputs.get(i)));
    }
    fanOut.startUpTo(
        requested == 0 ? MOST_CONCURRENT_ITEMS : Math.min(requested, MOST_CONCURRENT_ITEMS));
    if (inputs.isEmpty()) {
      visit.run().later(fanOut::succeeded);
    }
    return fanOut;
  }

  private static JsonNode selected(
      Visit visit, Optional<JsonNode> selector, int index, JsonNode item) throws StateFailed {
    if (selector.isEmpty()) {
      return item;
    }
    var states = visit.states();
    ContextObject.addItem(states.withObject("/context"), index, item);
    return Payload.require(
        visit.templates(states).evaluate(selector.get(), "ItemSelector"),
        "The ItemSelector made an item");
  }

  private void startUpTo(int count) {
    for (int i = 0; i < count && next < children.size(); i++) {
      children.get(next++).start();
    }
  }

  private void childSucceeded(Child child, JsonNode output) {
    results[child.index] = output;
    ended++;
    visit.walk().continueFrom(child.walk.lastEvent());
    if (ended == results.length) {
      succeeded();
    } else {
      startUpTo(1);
    }
  }

  private void succeeded() {
    if (over) {
      return;
    }
    over = true;
    var result = JsonNodeFactory.instance.arrayNode();
    List.of(results).forEach(result::add);
    visit.walk().add(Event.bare(state.type() + "StateSucceeded"));
    visit.succeeded(state, result);
  }

  private void childFailed(Child child, Failure failure) {
    abort();
    visit.walk().continueFrom(child.walk.lastEvent());
    visit.walk().add(Event.bare(state.type() + "StateFailed"));
    visit.recover(failure, iterates ? ErrorNames.Origin.PLAIN : ErrorNames.Origin.BRANCH);
  }

  @Override
  public void cancel() {
    over = true;
    children.forEach(child -> child.walk.cancel());
  }

  @Override
  public void abort() {
    over = true;
    children.forEach(Child::abort);
  }

  private final class Child implements Walk.End {
    private final int index;
    private final JsonNode input;
    private final Walk walk;
    private boolean running;

    Child(int index, Flow flow, JsonNode input) {
      this.index = index;
      this.input = input;
      this.walk = new Walk(visit.run(), flow, visit.walk().scope().inner(), startedEvent, this);
    }

    void start() {
      running = true;
      addEvent("Started");
      walk.start(input);
    }

    @Override
    public void succeeded(JsonNode output) {
      running = false;
      addEvent("Succeeded");
      childSucceeded(this, output);
    }

    @Override
    public void failed(Failure failure) {
      running = false;
      addEvent("Failed");
      childFailed(this, failure);
    }

    void abort() {
      walk.abort();
      if (running) {
        addEvent("Aborted");
      }
      running = false;
    }

    private void addEvent(String what) {
      if (iterates) {
        walk.add(Event.of("MapIteration" + what, details()));
      }
    }

    private ObjectNode details() {
      return History.details().put("name", state.name()).put("index", index);
    }
  }
}
