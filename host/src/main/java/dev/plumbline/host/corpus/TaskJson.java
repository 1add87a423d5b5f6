package dev.plumbline.host.corpus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.task.Decision;
import dev.plumbline.host.task.Decisions;
import dev.plumbline.host.task.Task;
import dev.plumbline.host.task.Tasks;
import java.io.IOException;

/** Tasks and decisions in the files of a corpus. */
final class TaskJson {
  private TaskJson() {}

  static SimpleModule module() {
    return new SimpleModule("task")
        .addSerializer(Task.class, new Writer())
        .addDeserializer(Task.class, new Reader())
        .addSerializer(Decision.class, new DecisionWriter())
        .addDeserializer(Decision.class, new DecisionReader());
  }

  private static final class Writer extends JsonSerializer<Task> {
    @Override
    public void serialize(Task task, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeObject(task.json());
    }
  }

  private static final class Reader extends JsonDeserializer<Task> {
    @Override
    public Task deserialize(JsonParser in, DeserializationContext context) throws IOException {
      try {
        return Tasks.read(context.readTree(in));
      } catch (IllegalArgumentException | BadInputException e) {
        throw context.instantiationException(Task.class, e);
      }
    }
  }

  private static final class DecisionWriter extends JsonSerializer<Decision> {
    @Override
    public void serialize(Decision decision, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeObject(decision.json());
    }
  }

  private static final class DecisionReader extends JsonDeserializer<Decision> {
    @Override
    public Decision deserialize(JsonParser in, DeserializationContext context) throws IOException {
      try {
        return Decisions.read(context.readTree(in));
      } catch (IllegalArgumentException | BadInputException e) {
        throw context.instantiationException(Decision.class, e);
      }
    }
  }
}
