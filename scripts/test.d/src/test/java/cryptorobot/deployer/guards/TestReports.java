package cryptorobot.deployer.guards;

import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What Surefire reported about one run. */
record TestReports(Path folder) {
  enum Ended {
    GREEN,
    RED,
    NOT_RUN
  }

  /** The result of a test method. A parameterized test fails when any of its cases fails. */
  Ended of(Mutation mutation) {
    Path report = folder.resolve("TEST-" + mutation.testClass() + ".xml");
    if (!Files.exists(report)) {
      return Ended.NOT_RUN;
    }
    Ended ended = Ended.NOT_RUN;
    NodeList cases = cases(report);
    for (int i = 0; i < cases.getLength(); i++) {
      Element one = (Element) cases.item(i);
      if (!one.getAttribute("name").matches(mutation.testMethod() + "\\b.*")) {
        continue;
      }
      if (has(one, "failure") || has(one, "error")) {
        return Ended.RED;
      }
      ended = has(one, "skipped") ? ended : Ended.GREEN;
    }
    return ended;
  }

  private static NodeList cases(Path report) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(report.toFile())
          .getElementsByTagName("testcase");
    } catch (Exception e) {
      throw new IllegalStateException("cannot read " + report, e);
    }
  }

  private static boolean has(Element test, String child) {
    return test.getElementsByTagName(child).getLength() > 0;
  }
}
