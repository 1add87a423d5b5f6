package dev.plumbline.host.dataset;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.IoReason;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A Parquet file with a picture and, perhaps, a label in each row, as Hugging Face's {@code
 * datasets} writes it: the picture is a struct with {@code bytes}, or a column of bytes. Pictures
 * are read a row group at a time, which stays in memory as long as there is room.
 */
final class ParquetPictures {
  private static final List<String> LABELS =
      List.of("label", "labels", "fine_label", "class", "target", "category");
  private static final String MAGIC = "PAR1";
  private static final int MAX_ROWS = 100_000_000;

  private final Path file;
  private final Type pictures;
  private final Optional<Type> labels;
  private final Optional<String> lists;
  private final List<String> classNames;
  private final List<Integer> ends = new ArrayList<>();
  private final List<SoftReference<byte[][]>> groups = new ArrayList<>();

  /**
   * Opens a file and reads its schema.
   *
   * @throws BadInputException if it is damaged, or has no column of pictures
   */
  ParquetPictures(Path file) {
    this.file = file;
    RegularFile.require(file);
    requireEnd();
    List<String> names = new ArrayList<>();
    Type[] columns =
        reading(
            reader -> {
              MessageType schema = reader.getFileMetaData().getSchema();
              long rows = 0;
              for (var group : reader.getRowGroups()) {
                rows += group.getRowCount();
                if (rows > MAX_ROWS) {
                  throw new BadInputException(
                      file + " has " + rows + " rows: expected at most " + MAX_ROWS);
                }
                ends.add((int) rows);
                groups.add(new SoftReference<>(null));
              }
              Type label = label(schema, ParquetPictures::isOneValue);
              if (label != null) {
                String info = reader.getFileMetaData().getKeyValueMetaData().get("huggingface");
                names.addAll(classNames(info, label.getName()));
              }
              Type list = label == null ? label(schema, column -> !isOneValue(column)) : null;
              return new Type[] {pictureColumn(schema), label, list};
            });
    pictures = columns[0];
    labels = Optional.ofNullable(columns[1]);
    lists = Optional.ofNullable(columns[2]).map(Type::getName);
    classNames = List.copyOf(names);
  }

  private static Type label(MessageType schema, Predicate<Type> kind) {
    return LABELS.stream()
        .filter(schema::containsField)
        .map(schema::getType)
        .filter(kind)
        .findFirst()
        .orElse(null);
  }

  private static boolean isOneValue(Type column) {
    return column.isPrimitive() && !column.isRepetition(Type.Repetition.REPEATED);
  }

  /** The library says so too, in words about its own code. */
  private void requireEnd() {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] end = new byte[MAGIC.length()];
      in.seek(Math.max(0, in.length() - end.length));
      if (in.read(end) < end.length || !new String(end, ISO_8859_1).equals(MAGIC)) {
        throw new BadInputException(
            file
                + " does not end as a Parquet file does, as where a download was cut off: expected"
                + " a whole one");
      }
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + IoReason.of(e), e);
    }
  }

  private Type pictureColumn(MessageType schema) {
    for (Type field : schema.getFields()) {
      Type bytes = field;
      if (!field.isPrimitive() && field.asGroupType().containsField("bytes")) {
        bytes = field.asGroupType().getType("bytes");
      }
      if (bytes.isPrimitive()
          && bytes.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
          && bytes.getLogicalTypeAnnotation() == null
          && !bytes.isRepetition(Type.Repetition.REPEATED)) {
        return field;
      }
    }
    throw new BadInputException(
        file
            + " has no column of pictures among "
            + schema.getFields().stream().map(Type::getName).toList()
            + ": expected a struct with 'bytes', or a column of bytes");
  }

  /** Names of a ClassLabel in what {@code datasets} notes about its features. */
  private static List<String> classNames(String huggingface, String label) {
    List<String> names = new ArrayList<>();
    try {
      JsonNode info = new ObjectMapper().readTree(huggingface == null ? "{}" : huggingface);
      info.path("info")
          .path("features")
          .path(label)
          .path("names")
          .forEach(name -> names.add(name.asText()));
    } catch (JsonProcessingException e) {
      // Without names the numbers stand for themselves, as in a file that another tool wrote.
      return List.of();
    }
    return names;
  }

  int size() {
    return ends.isEmpty() ? 0 : ends.get(ends.size() - 1);
  }

  /** Names of the classes by number, or an empty list. */
  List<String> classNames() {
    return classNames;
  }

  /**
   * The label in each row, null where there is none.
   *
   * @throws BadInputException if they cannot be read, or rows have several
   */
  List<String> labels() {
    if (lists.isPresent()) {
      throw new BadInputException(
          file
              + " has no single label in each row: '"
              + lists.get()
              + "' holds lists or structs; expected one number or name for each picture, or"
              + " --unlabelled");
    }
    List<String> all = new ArrayList<>();
    for (int group = 0; group < ends.size(); group++) {
      if (labels.isEmpty()) {
        for (int row = start(group); row < ends.get(group); row++) {
          all.add(null);
        }
      } else {
        String name = labels.get().getName();
        all.addAll(
            rows(
                group,
                labels.get(),
                row -> row.getFieldRepetitionCount(name) == 0 ? null : row.getValueToString(0, 0)));
      }
    }
    return all;
  }

  /**
   * The encoded picture of a row.
   *
   * @throws BadInputException if it cannot be read, or the row holds none
   */
  byte[] read(int row) {
    int group = 0;
    while (row >= ends.get(group)) {
      group++;
    }
    byte[] picture = group(group)[row - start(group)];
    if (picture == null) {
      throw new BadInputException(
          file
              + " has no bytes in row "
              + row
              + " of '"
              + pictures.getName()
              + "': expected a picture in each row, or --skip-broken");
    }
    return picture;
  }

  private int start(int group) {
    return group == 0 ? 0 : ends.get(group - 1);
  }

  private byte[][] group(int group) {
    synchronized (groups) {
      byte[][] held = groups.get(group).get();
      if (held == null) {
        held = rows(group, pictures, this::bytes).toArray(new byte[0][]);
        groups.set(group, new SoftReference<>(held));
      }
      return held;
    }
  }

  private byte[] bytes(Group row) {
    if (row.getFieldRepetitionCount(0) == 0) {
      return null;
    }
    if (pictures.isPrimitive()) {
      return row.getBinary(0, 0).getBytes();
    }
    Group struct = row.getGroup(0, 0);
    return struct.getFieldRepetitionCount("bytes") == 0
        ? null
        : struct.getBinary("bytes", 0).getBytes();
  }

  private <T> List<T> rows(int group, Type column, Function<Group, T> value) {
    if (start(group) == ends.get(group)) {
      return List.of();
    }
    return reading(
        reader -> {
          MessageType projection = new MessageType("row", column);
          reader.setRequestedSchema(projection);
          PageReadStore pages = reader.readRowGroup(group);
          RecordReader<Group> records =
              new ColumnIOFactory()
                  .getColumnIO(projection)
                  .getRecordReader(pages, new GroupRecordConverter(projection));
          List<T> values = new ArrayList<>();
          for (long row = pages.getRowCount(); row > 0; row--) {
            values.add(value.apply(records.read()));
          }
          return values;
        });
  }

  private interface Reading<T> {
    T from(ParquetFileReader reader) throws IOException;
  }

  private <T> T reading(Reading<T> reading) {
    ParquetReadOptions options =
        ParquetReadOptions.builder(new PlainParquetConfiguration())
            .withCodecFactory(new ParquetCodecs(file))
            .build();
    try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
      return reading.from(reader);
    } catch (BadInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new BadInputException(
          file + " is a damaged Parquet file (" + IoReason.ofContent(e) + "): expected a whole one",
          e);
    }
  }
}
