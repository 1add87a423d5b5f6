package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.device.Question;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Pictures that verdicts are about, named by what they hold.
 *
 * @param kind what they are
 * @param sha256 64 lower-case hexadecimal digits
 */
public record PictureSet(Kind kind, String sha256) {
  /** Where pictures come from. */
  public enum Kind {
    CORPUS,
    CLEAN;

    /** The word for it in files, messages and the database. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Of a corpus. */
  public static PictureSet of(Corpus corpus) {
    return new PictureSet(Kind.CORPUS, corpus.sha256());
  }

  /** Of clean pictures: their ids, the labels that they should get, and their pixels. */
  public static PictureSet ofClean(List<Question> questions) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Question question : questions) {
        String row = question.id() + " " + question.label() + "\n";
        digest.update(row.getBytes(StandardCharsets.UTF_8));
        digest.update(question.picture().pixels());
      }
      return new PictureSet(Kind.CLEAN, HexFormat.of().formatHex(digest.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
