package dev.plumbline.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Why JSON or YAML could not be read, for people: Jackson names Java's classes and its own
 * settings.
 */
public final class JsonReason {
  private JsonReason() {}

  /** A few words that can follow a colon; where in the document, if that is known. */
  public static String of(JsonProcessingException e) {
    String where = path(e);
    return (where.isEmpty() ? "" : "in '" + where + "': ") + why(e);
  }

  private static String why(JsonProcessingException e) {
    if (e instanceof ValueInstantiationException && e.getCause() != null) {
      return firstLine(e.getCause().getMessage());
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return "unknown key '" + unknown.getPropertyName() + "'" + expected(unknown);
    }
    if (e instanceof InvalidFormatException value) {
      return "found '" + value.getValue() + "', expected " + kind(value.getTargetType());
    }
    if (e instanceof InvalidNullException) {
      return "found nothing, expected a value";
    }
    String said = withoutAdvice(firstLine(e.getOriginalMessage()));
    if (e instanceof MismatchedInputException value && IoReason.namesJava(said)) {
      return "found another kind of value, expected " + kind(value.getTargetType());
    }
    return IoReason.namesJava(said) ? "it is not of the form expected" : said;
  }

  private static String expected(UnrecognizedPropertyException unknown) {
    Collection<Object> known = unknown.getKnownPropertyIds();
    return known == null || known.isEmpty()
        ? ""
        : ", expected "
            + known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "))
            + NearestWord.hint(
                unknown.getPropertyName(), known.stream().map(String::valueOf).toList());
  }

  private static String kind(Class<?> type) {
    if (type == null) {
      return "another one";
    }
    if (type.isEnum()) {
      return "one of the words known there";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (CharSequence.class.isAssignableFrom(type)) {
      return "text";
    }
    return Collection.class.isAssignableFrom(type) ? "a list" : "keys with values";
  }

  private static String firstLine(String said) {
    return said == null ? "unknown reason" : said.lines().findFirst().orElse("unknown reason");
  }

  /** Jackson says how it could be set up to take what it refuses. */
  private static String withoutAdvice(String said) {
    int at = said.length();
    for (String advice : new String[] {" (set ", ", from `", " (Hint:", " (for type `"}) {
      int its = said.indexOf(advice);
      at = its < 0 ? at : Math.min(at, its);
    }
    String why = said.substring(0, at);
    return why.endsWith(")") || !why.contains("(") || why.lastIndexOf(')') > why.lastIndexOf('(')
        ? why
        : why + ")";
  }

  private static String path(JsonProcessingException e) {
    if (e instanceof StreamReadException || !(e instanceof JsonMappingException mapping)) {
      return "";
    }
    return mapping.getPath().stream()
        .map(part -> part.getFieldName() == null ? "" + part.getIndex() : part.getFieldName())
        .collect(Collectors.joining("."));
  }
}
