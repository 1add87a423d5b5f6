package dev.plumbline.host.dataset;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import dev.plumbline.host.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An array as NumPy's {@code save} writes it, versions 1 to 3 of the format. Only numbers are read:
 * never the pickled objects that such a file may hold as well.
 *
 * @param type of the numbers
 * @param shape by dimension, in C order; empty for a single number
 * @param values one per element, in C order
 */
public record NpyFile(Type type, List<Integer> shape, double[] values) {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final long MAX_BYTES = 1L << 30;
  private static final int MAX_HEADER = 1 << 16;
  private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  /** Types of numbers; truth values are 0 and 1. */
  public enum Type {
    BOOL("b1", 1),
    UINT8("u1", 1),
    INT8("i1", 1),
    UINT16("u2", 2),
    INT16("i2", 2),
    UINT32("u4", 4),
    INT32("i4", 4),
    UINT64("u8", 8),
    INT64("i8", 8),
    FLOAT16("f2", 2),
    FLOAT32("f4", 4),
    FLOAT64("f8", 8);

    private final String description;
    private final int bytes;

    Type(String description, int bytes) {
      this.description = description;
      this.bytes = bytes;
    }

    private double read(ByteBuffer from, int at) {
      return switch (this) {
        case BOOL -> from.get(at) == 0 ? 0 : 1;
        case UINT8 -> from.get(at) & 0xff;
        case INT8 -> from.get(at);
        case UINT16 -> Short.toUnsignedInt(from.getShort(at));
        case INT16 -> from.getShort(at);
        case UINT32 -> Integer.toUnsignedLong(from.getInt(at));
        case INT32 -> from.getInt(at);
        case UINT64 -> unsigned(from.getLong(at));
        case INT64 -> from.getLong(at);
        case FLOAT16 -> half(from.getShort(at));
        case FLOAT32 -> from.getFloat(at);
        case FLOAT64 -> from.getDouble(at);
      };
    }

    private static double unsigned(long bits) {
      return bits >= 0 ? bits : (bits >>> 1 | bits & 1) * 2.0;
    }

    /** Whether the numbers are whole. */
    public boolean isWhole() {
      return this != FLOAT16 && this != FLOAT32 && this != FLOAT64;
    }

    private static double half(short bits) {
      int exponent = bits >> 10 & 0x1f;
      int fraction = bits & 0x3ff;
      double size =
          switch (exponent) {
            case 0 -> Math.scalb((double) fraction, -24);
            case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> Math.scalb((double) (fraction | 0x400), exponent - 25);
          };
      return bits < 0 ? -size : size;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a file's header says. */
  private record Header(Type type, ByteOrder bytes, boolean fortran, List<Integer> shape, int end) {
    int elements() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  /**
   * @throws BadInputException if it is no such file, is damaged, or holds something else than
   *     numbers of a known type
   */
  public static NpyFile read(Path file) {
    return parse(file.toString(), content(file));
  }

  /**
   * As {@link #read}, from the content of a file.
   *
   * @param file what to call it in messages
   */
  static NpyFile parse(String file, byte[] bytes) {
    ByteBuffer content = ByteBuffer.wrap(bytes);
    Header header = header(file, content);
    long found = (long) content.limit() - header.end();
    long expected;
    try {
      expected = (long) header.elements() * header.type().bytes;
    } catch (ArithmeticException e) {
      throw damaged(file, "its shape " + header.shape() + " is too big", e);
    }
    if (found != expected) {
      throw damaged(
          file,
          found
              + " bytes of numbers follow its header, expected "
              + expected
              + " for the shape "
              + header.shape()
              + " of "
              + header.type(),
          null);
    }
    requireRoom(file, header);
    content.order(header.bytes());
    double[] values = new double[header.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = header.type().read(content, header.end() + i * header.type().bytes);
    }
    return new NpyFile(
        header.type(),
        header.shape(),
        header.fortran() ? fromFortran(values, header.shape()) : values);
  }

  /** The numbers take eight bytes each here, whatever they take in the file. */
  private static void requireRoom(String file, Header header) {
    long most = Runtime.getRuntime().maxMemory() / 2 / Double.BYTES;
    if (header.elements() > most) {
      throw new BadInputException(
          file
              + " holds "
              + header.elements()
              + " numbers: expected at most "
              + most
              + ", which fit into half of the memory");
    }
  }

  /**
   * Writes numbers as float32 in C order, whole or not at all.
   *
   * @param shape product of it is {@code values.length}
   */
  public static void write(Path file, List<Integer> shape, float[] values) {
    byte[] content = encode(shape, values);
    WholeFile.write(file, out -> out.write(content));
  }

  /** What {@link #write} writes; the same for the same numbers, bit by bit. */
  public static byte[] encode(List<Integer> shape, float[] values) {
    String dimensions = shape.stream().map(d -> d + ",").collect(Collectors.joining(" "));
    String description =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + dimensions + "), }";
    // The numbers begin at a multiple of 64, as NumPy has it.
    int length = (MAGIC.length + 4 + description.length() + 1 + 63) / 64 * 64;
    int header = length - MAGIC.length - 4;
    ByteBuffer bytes = ByteBuffer.allocate(length + 4 * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header);
    bytes.put(description.getBytes(StandardCharsets.US_ASCII));
    bytes.put(" ".repeat(header - description.length() - 1).getBytes(StandardCharsets.US_ASCII));
    bytes.put((byte) '\n');
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] content(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new BadInputException(file + " is no file: expected an array as NumPy saves it");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new BadInputException(
            file + " has " + Files.size(file) + " bytes: expected at most " + MAX_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private static Header header(String file, ByteBuffer content) {
    boolean isNpy = content.limit() > 12;
    for (int i = 0; isNpy && i < MAGIC.length; i++) {
      isNpy = content.get(i) == MAGIC[i];
    }
    if (!isNpy) {
      throw new BadInputException(
          file
              + " is no .npy file: it starts with "
              + FirstBytes.of(content.array())
              + ", expected an array as numpy.save writes it");
    }
    int version = content.get(6);
    content.order(ByteOrder.LITTLE_ENDIAN);
    int start = version == 1 ? 10 : 12;
    int length = version == 1 ? content.getShort(8) & 0xffff : content.getInt(8);
    if (version < 1
        || version > 3
        || length < 0
        || length > MAX_HEADER
        || start + length > content.limit()) {
      throw damaged(file, "its header is cut off or of an unknown version", null);
    }
    String text = new String(content.array(), start, length, StandardCharsets.ISO_8859_1);
    Matcher description = DESCRIPTION.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!order.find() || !shape.find()) {
      throw damaged(file, "its header does not say order and shape", null);
    }
    String type = description.find() ? description.group(1) : "a structure";
    return new Header(
        type(file, type),
        type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        order.group(1).equals("True"),
        shape(file, shape.group(1)),
        start + length);
  }

  private static Type type(String file, String description) {
    String plain = description.isEmpty() ? "" : description.substring(1);
    for (Type type : Type.values()) {
      if (type.description.equals(plain)) {
        return type;
      }
    }
    throw new BadInputException(
        file
            + (plain.equals("O")
                ? " holds Python objects, which are never unpickled here (type '"
                    + description
                    + "')"
                : " holds numbers of type '" + description + "'")
            + ": expected float32, float64, float16, integers or bool");
  }

  private static List<Integer> shape(String file, String text) {
    List<Integer> shape = new ArrayList<>();
    for (String part : text.split(",")) {
      if (!part.isBlank()) {
        try {
          shape.add(Integer.parseInt(part.strip()));
        } catch (NumberFormatException e) {
          throw damaged(file, "its shape (" + text + ") is too big", e);
        }
      }
    }
    return List.copyOf(shape);
  }

  private static double[] fromFortran(double[] values, List<Integer> shape) {
    double[] ordered = new double[values.length];
    int[] index = new int[shape.size()];
    for (int to = 0; to < values.length; to++) {
      int from = 0;
      for (int d = shape.size() - 1; d >= 0; d--) {
        from = from * shape.get(d) + index[d];
      }
      ordered[to] = values[from];
      for (int d = shape.size() - 1; d >= 0 && ++index[d] == shape.get(d); d--) {
        index[d] = 0;
      }
    }
    return ordered;
  }

  private static BadInputException damaged(String file, String why, Exception cause) {
    return new BadInputException(
        file + " is a damaged .npy file (" + why + "): expected a whole array", cause);
  }
}
