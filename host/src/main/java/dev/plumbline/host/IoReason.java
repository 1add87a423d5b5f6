package dev.plumbline.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;
import java.util.zip.ZipException;

/**
 * Why a file could not be read or written, for people: Java names its class and the file only, and
 * libraries speak of themselves.
 */
public final class IoReason {
  private static final String NO_SENSE = "its content makes no sense";
  private static final String CUT_OFF = "it ends too early";
  private static final Pattern OF_JAVA =
      Pattern.compile(
          "\\b(java|javax|jdk|sun|com|org|ai|io|dev)\\.[a-z]\\w*\\.\\w+"
              + "|\\b\\w+(Exception|Error)\\b|\\w@\\p{XDigit}{4}");

  private IoReason() {}

  /**
   * Why a library could not make sense of a content. It may throw anything on what is damaged; what
   * it says then is about its own code.
   */
  public static String ofContent(Exception e) {
    return e instanceof IOException io ? of(io) : NO_SENSE;
  }

  /** A few words that can follow a colon. */
  public static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "it does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " is in the way";
    }
    if (e instanceof DirectoryNotEmptyException full) {
      return full.getFile() + " is a folder that is not empty";
    }
    if (e instanceof NotDirectoryException file) {
      return file.getFile() + " is not a folder";
    }
    if (e instanceof FileSystemLoopException) {
      return "its links lead in a circle";
    }
    if (e instanceof CharacterCodingException) {
      return "it is not UTF-8";
    }
    if (e instanceof FileSystemException named && named.getReason() != null) {
      return named.getReason();
    }
    if (e instanceof EOFException) {
      return CUT_OFF;
    }
    if (e instanceof ZipException) {
      return ofZip(String.valueOf(e.getMessage()));
    }
    if (e instanceof JsonProcessingException json) {
      return JsonReason.of(json);
    }
    if (e.getCause() instanceof IOException cause) {
      return of(cause);
    }
    return e.getMessage() == null ? "the system gave no reason" : inPlainWords(e.getMessage());
  }

  private static String ofZip(String message) {
    if (message.contains("encrypted")) {
      return "it is encrypted";
    }
    return message.contains("END header") || message.contains("empty")
        ? "its end is missing, as where a download was cut off"
        : NO_SENSE;
  }

  private static String inPlainWords(String message) {
    if (message.contains("NotEnoughData")) {
      return CUT_OFF;
    }
    return namesJava(message) ? NO_SENSE : message.lines().findFirst().orElse(NO_SENSE);
  }

  /**
   * Whether a message names a class, a package or an object of Java, which is nothing to a user.
   */
  static boolean namesJava(String message) {
    return OF_JAVA.matcher(message).find();
  }
}
