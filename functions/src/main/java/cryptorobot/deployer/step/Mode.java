package cryptorobot.deployer.step;

/** The kinds of service that run. */
enum Mode {
  ROBOT,
  WEB,
  BOTH;

  boolean runs(Service service) {
    return switch (service.type()) {
      case "trading_robot" -> this != WEB;
      case "web_application" -> this != ROBOT;
      default -> throw new IllegalArgumentException("unknown type of service: " + service.type());
    };
  }
}
