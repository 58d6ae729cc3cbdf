package cryptorobot.localcloud.stepfunctions.engine;

/** An activity that a state waits for. */
interface Activity {
  /** No activity. */
  Activity NONE =
      new Activity() {
        @Override
        public void cancel() {}

        @Override
        public void abort() {}
      };

  /** Ends the activity without history events. */
  void cancel();

  /** Ends the activity and adds history events for its inner states. */
  void abort();
}
