package cryptorobot.localcloud.aws.ssm;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/** An agent runs five commands at the same time; further commands wait. */
final class Workers {
  private static final int PER_AGENT = 5;

  private final Map<String, Integer> busy = new HashMap<>();
  private final Map<String, Queue<Runnable>> waiting = new HashMap<>();

  /** Starts the work now, or when other work has ended. */
  void begin(String instanceId, Runnable work) {
    synchronized (this) {
      if (busy.getOrDefault(instanceId, 0) == PER_AGENT) {
        waiting.computeIfAbsent(instanceId, _ -> new ArrayDeque<>()).add(work);
        return;
      }
      busy.merge(instanceId, 1, Integer::sum);
    }
    work.run();
  }

  /** A work that was begun has ended. */
  void end(String instanceId) {
    Runnable next;
    synchronized (this) {
      next = waiting.getOrDefault(instanceId, new ArrayDeque<>()).poll();
      if (next == null) {
        busy.merge(instanceId, -1, Integer::sum);
        return;
      }
    }
    next.run();
  }
}
