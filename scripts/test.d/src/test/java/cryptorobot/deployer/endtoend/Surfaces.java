package cryptorobot.deployer.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Every place where data of a deploy can be read afterwards, searched for sentinels. */
final class Surfaces {
  /** Where secrets belong: the store of secrets, and the instances' disks. */
  private static final List<String> NOT_READ = List.of("secrets", "machines", "image");

  private final Sentinels sentinels;
  private final Map<String, TreeSet<String>> found = new TreeMap<>();

  Surfaces(Sentinels sentinels) {
    this.sentinels = sentinels;
  }

  /** The places where each sentinel was found, by its name. */
  Map<String, TreeSet<String>> found() {
    return found;
  }

  /** Searches what a command printed. */
  LocalCommand.Result look(LocalCommand.Result result) {
    look("command line", result.output());
    return result;
  }

  /** Searches everything that outlives the commands. */
  void everything(TestEnvironment environment, Instance instance) {
    executions()
        .commands(instance)
        .notices(environment.name())
        .cloud()
        .journal(instance)
        .disk(instance);
  }

  void look(String surface, String text) {
    sentinels
        .in(text)
        .forEach(name -> found.computeIfAbsent(name, _ -> new TreeSet<>()).add(surface));
  }

  /** All executions as their API returns them: input, output, cause, and every event. */
  Surfaces executions() {
    ExecutionHandle.machines("deploy").forEach(this::executionsOf);
    // Its readings print what the instance answers.
    ExecutionHandle.machines("watch").forEach(this::executionsOf);
    return this;
  }

  private void executionsOf(String arn) {
    for (JsonNode one : ExecutionHandle.executions(arn)) {
      ExecutionHandle run = new ExecutionHandle(one.path("executionArn").asText());
      JsonNode described = run.described();
      look("execution's input", described.path("input").asText());
      look("execution's output", described.path("output").asText());
      look(
          "execution's error", described.path("error").asText() + described.path("cause").asText());
      for (JsonNode event : run.history()) {
        look("execution's " + event.path("type").asText(), event.toString());
      }
    }
  }

  /** All commands of Systems Manager: parameters, comments, outputs. */
  Surfaces commands(Instance instance) {
    var request = LocalAws.object();
    for (JsonNode command :
        LocalAws.every(
            "AmazonSSM.ListCommands", request, "NextToken", "Commands", "MaxResults", 50)) {
      look("command's request", command.toString());
    }
    for (JsonNode invocation : instance.commands()) {
      var query =
          LocalAws.object()
              .put("CommandId", invocation.path("CommandId").asText())
              .put("InstanceId", instance.id());
      look("command's output", LocalAws.ssm("GetCommandInvocation", query).toString());
    }
    return this;
  }

  /** The notices and the executions that are listed with them. */
  Surfaces notices(String environment) {
    look("notice", LocalAws.logs(environment).toString());
    return this;
  }

  /** Every file the local cloud wrote: executions, commands, notices, its log. */
  Surfaces cloud() {
    Path state = LocalCommand.state();
    try (Stream<Path> files = Files.list(state)) {
      for (Path top : files.filter(file -> !NOT_READ.contains(name(file))).toList()) {
        try (Stream<Path> below = Files.walk(top)) {
          for (Path file : below.filter(Files::isRegularFile).toList()) {
            look("cloud's " + name(top), text(file));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** The journal of the instance. */
  Surfaces journal(Instance instance) {
    look("journal", instance.sh("journalctl --quiet --no-pager --all --output=export"));
    return this;
  }

  /** The files of the instance, without those of its distribution, each with its owner and mode. */
  Surfaces disk(Instance instance) {
    Path patterns = instance.disk().resolve("root/.patterns");
    try {
      Files.writeString(patterns, String.join("\n", sentinels.forms()) + "\n");
      // The search runs on the instance, because part of it is in memory: /run, /tmp and /dev/shm
      // are on no disk.
      String found =
          instance.sh(
              """
              grep --recursive --files-with-matches --text --fixed-strings --file=/root/.patterns \
                --exclude=.patterns --devices=skip --null \
                /dev/shm /etc /home /opt /root /run /srv /tmp /var /usr/local 2>/dev/null |
              while IFS= read -r -d '' file; do
                echo "file $(stat --format='%a %U' "$file") $file"
                grep --only-matching --no-filename --text --fixed-strings --file=/root/.patterns "$file"
              done || true
              """);
      String file = "";
      for (String line : found.lines().toList()) {
        if (line.startsWith("file ")) {
          file = line.substring("file ".length());
        } else {
          look(file, line);
        }
      }
      Files.delete(patterns);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Records the instance's processes: all that ps shows to root, until it is stopped. */
  static final class ProcessWatch implements AutoCloseable {
    private final Instance instance;
    private final Process process;

    ProcessWatch(Instance instance) {
      this.instance = instance;
      process =
          instance.start(
              """
              rm -f /root/.stop; : >/root/.processes
              while [[ ! -e /root/.stop ]]; do
                ps axewww -o args= | sort --unique - /root/.processes --output=/root/.processes
                sleep 0.03
              done
              """);
    }

    /** What was recorded. The record is removed from the instance. */
    String seen() {
      try {
        instance.sh("touch /root/.stop");
        assertEquals(0, process.waitFor(), "the watch over the processes");
        String seen = text(instance.disk().resolve("root/.processes"));
        instance.sh("rm -f /root/.stop /root/.processes");
        return seen;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() {
      process.destroy();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where a sentinel was found, without the places where it may be. */
  List<String> of(String sentinel, String allowed) {
    var elsewhere = new ArrayList<>(found.getOrDefault(sentinel, new TreeSet<>()));
    elsewhere.removeIf(surface -> surface.matches(allowed));
    return elsewhere;
  }
}
