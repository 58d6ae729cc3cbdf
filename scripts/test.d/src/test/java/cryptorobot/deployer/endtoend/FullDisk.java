package cryptorobot.deployer.endtoend;

/**
 * Puts the application's folder and the deployer's own on a file system in memory, whose size can
 * be changed at any time. When this is closed, both are at their old places with their present
 * content.
 */
final class FullDisk implements AutoCloseable {
  private final Instance instance;

  /** Moves the folders while nothing runs in them. The application's data stays where it is. */
  FullDisk(Instance instance) {
    this.instance = instance;
    instance.sh(
        """
        set -e
        systemctl stop crypto-robot crypto-webapp
        mkdir /srv/roomy /srv/kept
        mount -t tmpfs -o mode=755,size=4g roomy /srv/roomy
        mount --bind /opt/crypto-robot/shared /srv/kept
        cp -a /opt/crypto-robot /srv/roomy/application
        cp -a /var/lib/crypto-robot-deployer /srv/roomy/state
        mount --bind /srv/roomy/application /opt/crypto-robot
        mount --bind /srv/kept /opt/crypto-robot/shared
        mount --bind /srv/roomy/state /var/lib/crypto-robot-deployer
        systemctl start crypto-robot crypto-webapp
        """);
  }

  /** From now on no byte more fits. */
  void fill() {
    instance.sh(
        """
        used=$(df --output=used -k /srv/roomy | tail -n 1)
        mount -o remount,size=${used// /}k /srv/roomy
        """);
  }

  /** Frees the space again. */
  void clear() {
    instance.sh("mount -o remount,size=4g /srv/roomy");
  }

  @Override
  public void close() {
    instance.sh(
        """
        set -e
        systemctl stop crypto-robot crypto-webapp
        umount /var/lib/crypto-robot-deployer /opt/crypto-robot/shared /opt/crypto-robot /srv/kept
        rm -rf /srv/roomy/application/shared
        find /opt/crypto-robot -mindepth 1 -maxdepth 1 -not -name shared -exec rm -rf {} +
        cp -a /srv/roomy/application/. /opt/crypto-robot
        find /var/lib/crypto-robot-deployer -mindepth 1 -delete
        cp -a /srv/roomy/state/. /var/lib/crypto-robot-deployer
        umount /srv/roomy
        rmdir /srv/roomy /srv/kept
        systemctl start crypto-robot crypto-webapp
        """);
  }
}
