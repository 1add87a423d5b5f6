package dev.plumbline.host.fleet;

import dev.plumbline.host.corpus.Corpus;
import dev.plumbline.host.judging.Question;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Pictures that verdicts are about, named by what they hold.
 *
 * @param kind what they are
 * @param sha256 64 lower-case hexadecimal digits
 * @param unlabelledSha256 of clean pictures, without the decisions that are expected
 */
public record PictureSet(Kind kind, String sha256, Optional<String> unlabelledSha256) {
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

  PictureSet(Kind kind, String sha256) {
    this(kind, sha256, Optional.empty());
  }

  /** Of a corpus. */
  public static PictureSet of(Corpus corpus) {
    return new PictureSet(Kind.CORPUS, corpus.sha256());
  }

  /** Of clean pictures: their ids, the decisions that are expected, and their pixels. */
  public static PictureSet ofClean(List<Question> questions) {
    return new PictureSet(
        Kind.CLEAN,
        sha256(questions, question -> question.id() + " " + question.expected().identity() + "\n"),
        Optional.of(sha256(questions, question -> question.id() + "\n")));
  }

  private static String sha256(List<Question> questions, Function<Question, String> row) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Question question : questions) {
        digest.update(row.apply(question).getBytes(StandardCharsets.UTF_8));
        digest.update(question.picture().bytes());
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
