package cryptorobot.deployer.local.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import cryptorobot.deployer.local.instance.IssuedCertificate;
import cryptorobot.deployer.local.instance.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes what an environment lacks on this machine: its instance, a certificate of the test
 * authority, and packages for pip. What is there is left alone.
 */
final class EnvironmentUp {
  /** From the moment its disk is there; making that takes as long as it takes. */
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final Workplace workplace;
  private final ControlPlane control;
  private final Screen screen;

  EnvironmentUp(Workplace workplace) {
    this.workplace = workplace;
    this.control = workplace.control();
    this.screen = workplace.screen();
  }

  /**
   * As {@link #make}, but an instance that is whole and merely switched off stays so: the state
   * machine starts it, as it would on AWS.
   */
  void makeForDeploy(String environment, String certificateHostname, String requirements) {
    boolean asleep =
        control
            .machine(environment)
            .filter(instance -> instance.state().equals("stopped"))
            .filter(instance -> wheelsAreThere(instance, requirements))
            .isPresent();
    if (!asleep || !workplace.secrets().exists(Secrets.name(environment, "certificate"))) {
      make(environment, certificateHostname, requirements);
    }
  }

  private boolean wheelsAreThere(InstanceView instance, String requirements) {
    return workplace
            .scripts()
            .runWith(requirements, "offer-wheels.sh", "--offered", instance.instanceId())
        == 0;
  }

  /**
   * Returns the instance, running.
   *
   * @param certificateHostname whom the certificate is for, where one has to be made
   * @param requirements what pip will be asked for
   */
  InstanceView make(String environment, String certificateHostname, String requirements) {
    boolean there = control.machine(environment).filter(InstanceView::running).isPresent();
    if (!there) {
      screen.line("  bringing up an instance for " + environment);
    }
    Instant begun = Instant.now();
    InstanceView instance = running(environment, begun);
    if (!there) {
      screen.line(
          "  instance %s at %s runs, %s"
              .formatted(
                  instance.instanceId(),
                  instance.address(),
                  Progress.seconds(Duration.between(begun, Instant.now()))));
    }
    certify(environment, certificateHostname, instance.address());
    int offered =
        workplace.scripts().runWith(requirements, "offer-wheels.sh", instance.instanceId());
    if (offered != 0) {
      screen.error("  packages for pip could not be prepared; what the index lacks will be named");
    }
    return instance;
  }

  private InstanceView running(String environment, Instant begun) {
    InstanceView instance = moving(environment, begun);
    Instant started = Instant.now();
    while (!instance.running()) {
      Duration waited = Duration.between(started, Instant.now());
      if (instance.state().equals("stopped") || waited.compareTo(START_LIMIT) > 0) {
        throw new CommandFailure(
            ExitCode.FAILED,
            "instance %s is %s and does not come up; ./scripts/local logs --environment %s"
                .formatted(instance.instanceId(), instance.state(), environment));
      }
      screen.moving("  %s %s".formatted(instance.state(), Progress.seconds(waited)));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      instance = control.machine(environment).orElseThrow();
    }
    return instance;
  }

  // The first one has to make the image, which takes minutes: something should move meanwhile.
  private InstanceView moving(String environment, Instant begun) {
    CompletableFuture<InstanceView> made =
        CompletableFuture.supplyAsync(() -> control.ensure(environment));
    Duration remindedAt = Duration.ZERO;
    while (true) {
      try {
        return made.get(200, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        Duration waited = Duration.between(begun, Instant.now());
        String still = "  making its disk (the very first time: minutes) ";
        screen.moving(still + Progress.seconds(waited));
        if (!screen.terminal() && waited.minus(remindedAt).toSeconds() >= 15) {
          remindedAt = waited;
          screen.line(still + Progress.seconds(waited));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CommandFailure(ExitCode.FAILED, "interrupted");
      } catch (java.util.concurrent.ExecutionException | CompletionException e) {
        if (e.getCause() instanceof CommandFailure failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  private void certify(String environment, String hostname, String address) {
    Secrets secrets = workplace.secrets();
    String name = Secrets.name(environment, "certificate");
    if (secrets.exists(name)) {
      return;
    }
    try {
      IssuedCertificate issued =
          TestAuthority.in(workplace.settings().state().resolve("authority"))
              .issue(hostname, address);
      var value = new ObjectMapper().createObjectNode();
      value.put("cert", issued.cert()).put("key", issued.key()).put("chain", issued.chain());
      secrets.store(name, value.toString());
      screen.line("  certificate for " + hostname + " made by the local test authority");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
