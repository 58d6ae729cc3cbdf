package cryptorobot.localcloud.machines;

import java.io.IOException;

/**
 * The networks of the instances, and the firewall that lets them reach only their listeners on this
 * machine.
 */
final class InstanceNetworking {
  private final Network network;
  private final Firewall firewall;
  private final Firewall.Listeners listeners;
  private final InstanceRecords instances;

  InstanceNetworking(
      Network network, Firewall firewall, Firewall.Listeners listeners, InstanceRecords instances) {
    this.network = network;
    this.firewall = firewall;
    this.listeners = listeners;
    this.instances = instances;
  }

  /** A free network for a new instance. */
  LinkNetwork freeNetwork() {
    return network.pick(instances.networks());
  }

  /** Connects an instance before it boots; uses its previous network if that is still free. */
  LinkNetwork connect(InstanceRecord instance) throws IOException {
    MachineFile file = instance.file();
    LinkNetwork got = network.connect(file.instanceId(), file.network(), instances.networks());
    instance.connected(got);
    protect();
    return got;
  }

  /** Removes the link of an instance; {@link #protect} removes its rules. */
  void disconnect(InstanceRecord instance) {
    network.disconnect(instance.file().instanceId());
  }

  /** Applies the firewall rules for the instances that are not stopped. */
  synchronized void protect() {
    firewall.apply(
        instances.all().stream()
            .filter(instance -> instance.state() != MachineState.STOPPED)
            .map(InstanceRecord::file)
            .map(f -> new Firewall.Link(Network.device(f.instanceId()), f.network()))
            .toList(),
        listeners);
  }
}
