package cryptorobot.localcloud.stepfunctions.engine;

/** What a state waits for. */
interface Activity {
  /** A state that waits for nothing. */
  Activity NONE =
      new Activity() {
        @Override
        public void cancel() {}

        @Override
        public void abort() {}
      };

  /** Ends it without a word. */
  void cancel();

  /** Ends it and tells history of the states inside it. */
  void abort();
}
