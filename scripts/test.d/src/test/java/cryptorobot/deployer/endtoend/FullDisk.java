package cryptorobot.deployer.endtoend;

/**
 * Puts the application's folder on a file system of its own, in memory, whose size can be changed
 * at any time. When this is closed, the folder is at its old place with its present content.
 */
final class FullDisk implements AutoCloseable {
  private final Instance instance;

  /** Moves the folder while nothing runs in it. The application's data stays in it. */
  FullDisk(Instance instance) {
    this.instance = instance;
    instance.sh(
        """
        set -e
        systemctl stop crypto-robot crypto-webapp
        mkdir /srv/roomy /srv/kept
        mount -t tmpfs -o mode=755,size=4g roomy /srv/roomy
        mount --bind /opt/crypto-robot/shared /srv/kept
        cp -a /opt/crypto-robot/. /srv/roomy
        mount --bind /srv/roomy /opt/crypto-robot
        mount --bind /srv/kept /opt/crypto-robot/shared
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
        umount /opt/crypto-robot/shared /opt/crypto-robot /srv/kept
        rm -rf /srv/roomy/shared
        find /opt/crypto-robot -mindepth 1 -maxdepth 1 -not -name shared -exec rm -rf {} +
        cp -a /srv/roomy/. /opt/crypto-robot
        umount /srv/roomy
        rmdir /srv/roomy /srv/kept
        systemctl start crypto-robot crypto-webapp
        """);
  }
}
