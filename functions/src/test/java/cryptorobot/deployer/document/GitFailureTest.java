package cryptorobot.deployer.document;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code git_failure} of {@code lib/git.sh}, held against what git and ssh print. */
class GitFailureTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "fatal: couldn't find remote ref refs/heads/nope | BranchMissing",
        "Host key verification failed.\\nfatal: Could not read from remote repository. | HostKeyUnknown",
        "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate | HostKeyUnknown",
        "git@github.com: Permission denied (publickey).\\nfatal: Could not read from remote repository. | LoginRefused",
        "fatal: could not read Username for 'https://github.com': terminal prompts disabled | LoginRefused",
        "remote: Invalid username or token.\\nfatal: Authentication failed for 'https://github.com/a/b/' | LoginRefused",
        "fatal: unable to access 'https://x/': The requested URL returned error: 403 | LoginRefused",
        "fatal: unable to access 'https://nope.invalid/': Could not resolve host: nope.invalid | NameUnresolvable",
        "ssh: Could not resolve hostname nope.invalid: Name or service not known | NameUnresolvable",
        "fatal: unable to access 'https://x/': Failed to connect to x port 443 after 2 ms: Couldn't connect to server | RepositoryUnreachable",
        "fatal: unable to access 'https://x/': The requested URL returned error: 503 | RepositoryUnreachable",
        "ssh: connect to host x port 22: Connection timed out | RepositoryUnreachable",
        "fetch-pack: unexpected disconnect while reading sideband packet\\nfatal: early EOF | RepositoryUnreachable",
        "remote: Repository not found.\\nfatal: repository 'https://github.com/a/b/' not found | RepositoryMissing",
        "ERROR: Repository not found.\\nfatal: Could not read from remote repository. | RepositoryMissing",
        "fatal: '/srv/nope.git' does not appear to be a git repository | RepositoryMissing",
        "fatal: remote error: upload-pack: not our ref 0123 | CommitRefused",
        "remote: fatal: unable to read 06d0c4089ac39a6ea170556747f7418bc3edf302        \\nremote: aborting due to possible repository corruption on the remote side.\\0\\nfatal: early EOF | RepositoryIncomplete",
        "remote: fatal: could not fetch 06d0c4089ac39a6ea170556747f7418bc3edf302 from promisor remote | RepositoryIncomplete",
        "error: unable to read askpass response from '/bin/false'\\nfatal: could not read Password for 'https://x' | LoginRefused",
        "fatal: something nobody has seen | StepFailed",
      })
  void tellsGitsFailuresApart(String said, String name) throws IOException {
    Path words =
        Files.writeString(folder.resolve("words"), said.replace("\\n", "\n").replace("\\0", "\0"));
    String file = Script.HOST.resolve("lib/git.sh").toString();
    String call =
        "source <(sed -n '/^git_failure()/,/^}/p' '" + file + "'); git_failure 128 '" + words + "'";

    Script.Ended ended = Script.run(List.of("bash", "-c", call), Map.of(), "");

    assertEquals(name, ended.output().strip(), ended.errors());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // As git 2.39.5 prints it of a repository without a blob: padded, with a NUL byte in it.
        "remote: fatal: unable to read 06d0c40        \\nerror: git-pack-objects died.\\nremote: aborting.\\0\\nfatal: protocol error: bad pack header | remote: fatal: unable to read 06d0c40 error: git-pack-objects died. remote: aborting. fatal: protocol error: bad pack header",
        "remote: Counting objects:  10% (1/9)\\rremote: Counting objects: 100% (9/9), done.\\rremote: Total 9 (delta 0)\\nfatal: the disk is full | fatal: the disk is full",
        "\\e[31mhint: a hint\\e[m\\n\\e[1mERROR\\e[K: no\\nhint: other\\nfatal: Could not read from remote repository.\\n\\nPlease make sure you have the correct access rights\\nand the repository exists. | ERROR: no fatal: Could not read from remote repository.",
        "one\\ntwo\\nthree\\nfatal: why\\nfive\\nsix\\nseven | fatal: why five six seven",
        "one\\ntwo\\nthree\\nfour | two three four",
      })
  void printsWhatGitSaidAndNothingThatHidesIt(String printed, String said) {
    var host = new FolderHost(folder);
    host.write(
        "run/git-error",
        printed
            .replace("\\n", "\n")
            .replace("\\r", "\r")
            .replace("\\0", "\0")
            .replace("\\e", "\u001b"));

    Script.Ended ended =
        host.with("RepositoryUrl", "https://host/robot.git")
            .with("Branch", "main")
            .library(List.of("git.sh"), "last_words");

    assertEquals(said, ended.output().strip(), ended.errors());
  }
}
