package cryptorobot.localcloud.stepfunctions.asl;

/** Where in a state an expression stands, which decides what of {@code $states} it may read. */
enum Place {
  /** Anywhere: {@code $states.input} and {@code $states.context}. */
  ORDINARY,
  /** An ItemSelector: {@code $states.context.Map.Item} as well. */
  ITEM_SELECTOR,
  /** Output and Assign of a Task, Parallel or Map: {@code $states.result} as well. */
  AFTER_RESULT,
  /** Output and Assign of a Catcher: {@code $states.errorOutput} as well. */
  AFTER_ERROR
}
