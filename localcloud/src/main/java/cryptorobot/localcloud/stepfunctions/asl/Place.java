package cryptorobot.localcloud.stepfunctions.asl;

/** The place of an expression in a state. It determines which fields of {@code $states} exist. */
enum Place {
  /** Everywhere: {@code $states.input} and {@code $states.context}. */
  ORDINARY,
  /** An ItemSelector: also {@code $states.context.Map.Item}. */
  ITEM_SELECTOR,
  /** Output and Assign of a Task, Parallel or Map: also {@code $states.result}. */
  AFTER_RESULT,
  /** Output and Assign of a Catcher: also {@code $states.errorOutput}. */
  AFTER_ERROR
}
