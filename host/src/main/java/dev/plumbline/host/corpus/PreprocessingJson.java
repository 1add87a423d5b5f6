package dev.plumbline.host.corpus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.dataset.PreprocessingEntries;
import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A preprocessing in {@code corpus.json}: four keys that are always there, and others that are
 * written only where they say something, so that older corpora stay as they are.
 */
final class PreprocessingJson {
  private PreprocessingJson() {}

  /** The keys that every corpus has. */
  private record Arithmetic(
      List<Float> mean, List<Float> std, Layout layout, ChannelOrder channelOrder) {}

  static SimpleModule module() {
    return new SimpleModule("preprocessing")
        .addSerializer(Preprocessing.class, new Writer())
        .addDeserializer(Preprocessing.class, new Reader());
  }

  private static final class Writer extends JsonSerializer<Preprocessing> {
    @Override
    public void serialize(Preprocessing value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      ObjectNode tree =
          ((ObjectMapper) out.getCodec())
              .valueToTree(
                  new Arithmetic(value.mean(), value.std(), value.layout(), value.channelOrder()));
      PreprocessingEntries.of(value)
          .values()
          .forEach(
              (key, text) -> {
                if (isExtra(key)) {
                  tree.put(key.text(), text);
                }
              });
      out.writeTree(tree);
    }
  }

  /** Whether a key is there only where it says something. */
  private static boolean isExtra(Key key) {
    return key == Key.SCALE || key.isGeometry();
  }

  private static final class Reader extends JsonDeserializer<Preprocessing> {
    @Override
    public Preprocessing deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      JsonNode tree = context.readTree(in);
      try {
        PreprocessingEntries extra =
            PreprocessingEntries.of(
                key ->
                    isExtra(key) && tree.isObject()
                        ? Optional.ofNullable(((ObjectNode) tree).remove(key.text()))
                            .map(JsonNode::asText)
                        : Optional.empty());
        Arithmetic arithmetic = context.readTreeAsValue(tree, Arithmetic.class);
        return new Preprocessing(
            arithmetic.mean(),
            arithmetic.std(),
            arithmetic.layout(),
            arithmetic.channelOrder(),
            extra.scale(),
            extra.geometry());
      } catch (IllegalArgumentException | NullPointerException e) {
        throw context.instantiationException(Preprocessing.class, e);
      }
    }
  }
}
