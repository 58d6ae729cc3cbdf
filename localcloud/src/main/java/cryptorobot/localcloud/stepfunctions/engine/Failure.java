package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** The error of a state. A Fail state may omit either part. */
record Failure(Optional<String> error, Optional<String> cause) {
  static Failure of(String error, String cause) {
    return new Failure(Optional.ofNullable(error), Optional.ofNullable(cause));
  }

  /** The Error Output, {@code $states.errorOutput} in a Catcher. */
  ObjectNode output() {
    var output = JsonNodeFactory.instance.objectNode();
    output.put("Error", error.orElse(""));
    cause.ifPresent(text -> output.put("Cause", text));
    return output;
  }

  /** The details of a history event. */
  ObjectNode details() {
    var details = JsonNodeFactory.instance.objectNode();
    error.ifPresent(text -> details.put("error", text));
    cause.ifPresent(text -> details.put("cause", text));
    return details;
  }
}
