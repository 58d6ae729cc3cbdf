package cryptorobot.deployer.ports;

/** Where notices go. */
public interface Notifier {

  /** Publishes a notice, or does nothing when the stack has no topic. */
  void publish(Notification notice);
}
