package cryptorobot.localcloud.machines;

import java.io.IOException;

/**
 * What an instance finds around it: its network, and of this machine only the listeners that are
 * meant for it.
 */
final class InstanceNetworking {
  private final Network network;
  private final Firewall firewall;
  private final Firewall.Listeners listeners;
  private final InstanceRecords residents;

  InstanceNetworking(
      Network network, Firewall firewall, Firewall.Listeners listeners, InstanceRecords residents) {
    this.network = network;
    this.firewall = firewall;
    this.listeners = listeners;
    this.residents = residents;
  }

  /** A network for an instance that is yet to be made. */
  LinkNetwork freeNetwork() {
    return network.pick(residents.networks());
  }

  /** Connects an instance that is about to boot, on the network it had if that is still free. */
  LinkNetwork connect(InstanceRecord resident) throws IOException {
    MachineFile file = resident.file();
    LinkNetwork got = network.connect(file.instanceId(), file.network(), residents.networks());
    resident.connected(got);
    protect();
    return got;
  }

  /** Takes the link of an instance away; the rules for it go with {@link #protect}. */
  void disconnect(InstanceRecord resident) {
    network.disconnect(resident.file().instanceId());
  }

  /** Puts the firewall's rules in force for the instances that are not stopped. */
  synchronized void protect() {
    firewall.apply(
        residents.all().stream()
            .filter(resident -> resident.state() != MachineState.STOPPED)
            .map(InstanceRecord::file)
            .map(f -> new Firewall.Link(Network.device(f.instanceId()), f.network()))
            .toList(),
        listeners);
  }
}
