package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** One run of a host step: its parameters, what it may touch, and the parts all steps share. */
final class StepRun {
  final Machine machine;
  final Disk disk;
  final Program program;
  final DeadMan deadMan;
  final Serving serving;
  final World world;
  private final Map<String, String> parameters;

  StepRun(Machine machine, World world, Program program, Map<String, String> parameters) {
    this.machine = machine;
    this.disk = machine.disk;
    this.world = world;
    this.program = program;
    this.deadMan = new DeadMan(machine, program);
    this.serving = new Serving(machine, program);
    this.parameters = parameters;
  }

  String parameter(String name) {
    return parameters.getOrDefault(name, "");
  }

  Map<String, String> parameters() {
    return parameters;
  }

  String owner() {
    return parameter("Owner");
  }

  int generation() {
    return Integer.parseInt(parameter("Generation"));
  }

  int phase() {
    return Integer.parseInt(parameter("Phase"));
  }

  static ObjectNode result() {
    return JsonNodeFactory.instance.objectNode();
  }
}
