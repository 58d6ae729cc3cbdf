package cryptorobot.deployer.ports;

/** Sends notifications. */
public interface Notifier {

  /** Publishes a notification, or does nothing if the stack has no topic. */
  void publish(Notification notification);
}
