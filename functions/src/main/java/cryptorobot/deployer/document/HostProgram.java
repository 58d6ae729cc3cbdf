package cryptorobot.deployer.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;

/**
 * The program that runs on an instance: the Python program, the launcher of the dead-man switch,
 * and the templates of the units. It travels as an archive in the {@code install} documents and is
 * installed as a folder named after the archive's SHA-256, its version. The same files always make
 * the same archive.
 */
final class HostProgram {
  /**
   * As many bytes of the archive as fit into one document of 60 KB in base 85. A multiple of four.
   */
  private static final int PART = 45_200;

  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final SortedMap<String, String> files;
  private final byte[] archive;

  /**
   * @param files path below the program's folder → content
   */
  HostProgram(SortedMap<String, String> files) {
    this.files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    this.archive = archive(this.files);
  }

  /** Path below the program's folder → content. */
  SortedMap<String, String> files() {
    return files;
  }

  /** The SHA-256 of the archive, 64 hex digits. */
  String version() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The archive in parts, each small enough for a document. */
  List<byte[]> parts() {
    List<byte[]> parts = new ArrayList<>();
    for (int from = 0; from < archive.length; from += PART) {
      parts.add(Arrays.copyOfRange(archive, from, Math.min(archive.length, from + PART)));
    }
    return parts;
  }

  /** Writes the program as an instance has it. */
  void write(Path folder) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
  }

  /**
   * A zip file that stores its entries, compressed as a whole: the files resemble each other, so
   * this is less than half as large as one that compresses each. Python's standard library reads
   * both formats.
   */
  private static byte[] archive(SortedMap<String, String> files) {
    var bytes = new ByteArrayOutputStream();
    try (var bzip2 = new BZip2CompressorOutputStream(bytes);
        var zip = new ZipOutputStream(bzip2)) {
      zip.setMethod(ZipOutputStream.STORED);
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] content = file.getValue().getBytes(UTF_8);
        var checksum = new CRC32();
        checksum.update(content);
        var entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(NO_TIME);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
