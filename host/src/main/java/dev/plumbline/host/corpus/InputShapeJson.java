package dev.plumbline.host.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.dataset.PictureShape;
import dev.plumbline.host.dataset.TensorShape;
import java.io.IOException;

/** The shape of inputs in {@code corpus.json}: of pictures their size, of tensors {@code dims}. */
final class InputShapeJson extends JsonDeserializer<InputShape> {
  private InputShapeJson() {}

  static SimpleModule module() {
    return new SimpleModule("input-shape").addDeserializer(InputShape.class, new InputShapeJson());
  }

  @Override
  public InputShape deserialize(JsonParser in, DeserializationContext context) throws IOException {
    JsonNode tree = context.readTree(in);
    Class<? extends InputShape> kind = tree.has("dims") ? TensorShape.class : PictureShape.class;
    return context.readTreeAsValue(tree, kind);
  }
}
