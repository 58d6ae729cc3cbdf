package cryptorobot.localcloud.iam;

import cryptorobot.localcloud.aws.Account;
import cryptorobot.localcloud.iam.template.StackRoles;
import cryptorobot.localcloud.iam.template.StackTemplate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The roles of this project's own templates. */
final class ProjectRoles {
  private ProjectRoles() {}

  static StackRoles of(String prefix, String... environments) {
    return template(prefix).roles(List.of(environments));
  }

  static StackTemplate template(String prefix) {
    return new StackTemplate(folder(), new Account("eu-west-1"), prefix);
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
