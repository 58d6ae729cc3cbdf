package cryptorobot.deployer.step;

/** Which kinds of service run. */
enum Mode {
  ROBOT,
  WEB,
  BOTH;

  boolean runs(Service service) {
    return switch (service.type()) {
      case "trading_robot" -> this != WEB;
      case "web_application" -> this != ROBOT;
      default -> throw new IllegalArgumentException("no such type of service: " + service.type());
    };
  }
}
