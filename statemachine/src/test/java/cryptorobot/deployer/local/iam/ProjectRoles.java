package cryptorobot.deployer.local.iam;

import cryptorobot.deployer.local.cloud.Account;
import cryptorobot.deployer.local.iam.template.StackRoles;
import cryptorobot.deployer.local.iam.template.StackTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The roles of this project's own template. */
final class ProjectRoles {
  private ProjectRoles() {}

  static StackRoles of(String prefix, String... environments) {
    return template(prefix).roles(List.of(environments));
  }

  static StackTemplate template(String prefix) {
    return new StackTemplate(folder().resolve("template.yaml"), new Account("eu-west-1"), prefix);
  }

  static Path folder() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("template.yaml"))) {
        return at;
      }
    }
    throw new IllegalStateException("template.yaml is in no folder above this one");
  }
}
