package dev.plumbline.host.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of all that a job makes. It notes whose it is in {@code job.json}, so that another
 * job's results are not written over.
 */
record JobFolder(Path folder) {
  private static final String NOTE = "job.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Makes the folder where it is not there, and notes the job.
   *
   * @param originalSha256 of the job's original
   * @throws BadInputException if it cannot be written, or is that of a job of another original
   */
  void require(CampaignConfig config, String originalSha256) {
    Path note = folder.resolve(NOTE);
    try {
      Files.createDirectories(folder);
      if (Files.isRegularFile(note)) {
        requireSame(note, originalSha256);
      }
    } catch (FileAlreadyExistsException e) {
      throw new BadInputException(
          "the job's folder " + folder + " is a file, expected a folder or nothing there", e);
    } catch (IOException e) {
      throw WholeFile.unwritten("cannot use the job's folder " + folder, e);
    }
    ObjectNode content = JSON.createObjectNode();
    content.put("title", config.title());
    content.put("original_sha256", originalSha256);
    WholeFile.write(note, out -> out.write(JSON.writeValueAsBytes(content)));
  }

  private static void requireSame(Path note, String originalSha256) throws IOException {
    JsonNode known = JSON.readTree(Files.readAllBytes(note));
    String former = known.path("original_sha256").asText();
    if (!former.equals(originalSha256)) {
      throw new BadInputException(
          "folder "
              + note.getParent()
              + " holds the job '"
              + known.path("title").asText()
              + "' on another original, with SHA-256 "
              + former
              + "; expected a new folder for the original with SHA-256 "
              + originalSha256);
    }
  }
}
