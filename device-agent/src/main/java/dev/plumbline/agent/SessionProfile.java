package dev.plumbline.agent;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime's profile of a session, from its start until {@link #end}. It tells which provider
 * ran which node: the order asked for does not, as a provider leaves to the next what it cannot
 * run.
 */
final class SessionProfile {
  private static final Logger LOG = LoggerFactory.getLogger(SessionProfile.class);
  private static final String RUN = "_kernel_time";

  private final Path folder;
  private boolean ended;

  private SessionProfile(Path folder, boolean ended) {
    this.folder = folder;
    this.ended = ended;
  }

  /** Of a session that writes none. */
  static SessionProfile none() {
    return new SessionProfile(Path.of(""), true);
  }

  /**
   * Has the session that is made with these options write one, if there is room for it.
   *
   * @param scratch folder in which it makes its own
   */
  static SessionProfile start(SessionOptions options, Path scratch) throws OrtException {
    Path folder;
    try {
      folder = Files.createTempDirectory(scratch, "plumbline-agent-profile-");
    } catch (IOException e) {
      LOG.warn("no profile can be written, and what ran where stays unknown: {}", e.toString());
      return new SessionProfile(scratch, true);
    }
    SessionProfile profile = new SessionProfile(folder, false);
    try {
      options.enableProfiling(folder.resolve("profile").toString());
    } catch (OrtException e) {
      profile.discard();
      throw e;
    }
    return profile;
  }

  /**
   * Stops profiling, which costs nothing from here on, and leaves no file.
   *
   * @return what ran since the session was made
   */
  Placement end(OrtSession session) {
    if (ended) {
      return Placement.UNKNOWN;
    }
    try {
      return read(Path.of(session.endProfiling()));
    } catch (OrtException | IOException | IllegalStateException e) {
      // A full disk, say. The logits are right all the same.
      LOG.warn("no profile can be read, and what ran where stays unknown: {}", e.toString());
      return Placement.UNKNOWN;
    } finally {
      discard();
    }
  }

  /** Leaves no file of a session that was never made or is closed. */
  void discard() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(folder);
    } catch (IOException e) {
      LOG.warn("ONNX Runtime's profile is left in {}: {}", folder, e.toString());
    }
  }

  /**
   * Reads a profile: a list of events, of which those of kernels name node, operator and provider.
   *
   * @throws IllegalStateException if it is no such list
   */
  static Placement read(Path profile) throws IOException {
    // By provider, operator, name and number: a node that ran several times is one, and nodes
    // without a name are not.
    Map<Event, Placement.Node> nodes = new LinkedHashMap<>();
    try (Reader file = Files.newBufferedReader(profile);
        JsonReader json = new JsonReader(file)) {
      json.beginArray();
      while (json.hasNext()) {
        Event event = event(json);
        if (event.name.endsWith(RUN) && !event.provider.isEmpty()) {
          String name = event.name.substring(0, event.name.length() - RUN.length());
          nodes.putIfAbsent(event, new Placement.Node(event.provider, event.operator, name));
        }
      }
      json.endArray();
    }
    return new Placement(nodes.values().stream().toList());
  }

  private record Event(String name, String provider, String operator, String number) {}

  private static Event event(JsonReader json) throws IOException {
    String name = "";
    Map<String, String> args = new LinkedHashMap<>();
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "name" -> name = json.nextString();
        case "args" -> readStrings(json, args);
        default -> json.skipValue();
      }
    }
    json.endObject();
    return new Event(
        name,
        args.getOrDefault("provider", ""),
        args.getOrDefault("op_name", ""),
        args.getOrDefault("node_index", ""));
  }

  private static void readStrings(JsonReader json, Map<String, String> into) throws IOException {
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      if (json.peek() == JsonToken.STRING) {
        into.put(key, json.nextString());
      } else {
        json.skipValue();
      }
    }
    json.endObject();
  }
}
