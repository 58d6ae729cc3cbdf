package cryptorobot.deployer.local.endtoend;

/**
 * The application's folder on a file system of its own, in memory and so of a size that can be
 * changed at any moment. Closed, the folder is where it was, with what it holds now.
 */
final class FullDisk implements AutoCloseable {
  private final Instance instance;

  /** Moves the folder while nothing runs in it. */
  FullDisk(Instance instance) {
    this.instance = instance;
    instance.sh(
        """
        set -e
        systemctl stop crypto-robot crypto-webapp
        mkdir /srv/roomy
        mount -t tmpfs -o mode=755,size=4g roomy /srv/roomy
        cp -a /opt/crypto-robot/. /srv/roomy
        mount --move /srv/roomy /opt/crypto-robot
        rmdir /srv/roomy
        systemctl start crypto-robot crypto-webapp
        """);
  }

  /** From now on not a byte more fits. */
  void fills() {
    instance.sh(
        """
        used=$(df --output=used -k /opt/crypto-robot | tail -n 1)
        mount -o remount,size=${used// /}k /opt/crypto-robot
        """);
  }

  /** There is room again. */
  void isCleared() {
    instance.sh("mount -o remount,size=4g /opt/crypto-robot");
  }

  @Override
  public void close() {
    instance.sh(
        """
        set -e
        systemctl stop crypto-robot crypto-webapp
        mkdir /srv/roomy
        mount --move /opt/crypto-robot /srv/roomy
        find /opt/crypto-robot -mindepth 1 -delete
        cp -a /srv/roomy/. /opt/crypto-robot
        umount /srv/roomy
        rmdir /srv/roomy
        systemctl start crypto-robot crypto-webapp
        """);
  }
}
