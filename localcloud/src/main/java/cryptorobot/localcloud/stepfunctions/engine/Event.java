package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A history event before it is numbered. */
record Event(String type, String detailsField, ObjectNode details) {
  /** An event whose details field is derived from its type, like most events. */
  static Event of(String type, ObjectNode details) {
    return new Event(
        type, Character.toLowerCase(type.charAt(0)) + type.substring(1) + "EventDetails", details);
  }

  static Event bare(String type) {
    return new Event(type, "", History.details());
  }

  static Event entered(String stateType, ObjectNode details) {
    return new Event(stateType + "StateEntered", "stateEnteredEventDetails", details);
  }

  static Event exited(String stateType, ObjectNode details) {
    return new Event(stateType + "StateExited", "stateExitedEventDetails", details);
  }
}
