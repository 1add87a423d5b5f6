package dev.plumbline.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What the build wrote into the agent. */
final class AgentBuild {
  private static final String FILE = "build.properties";

  private AgentBuild() {}

  /** Version of ONNX Runtime's Java classes that the agent was built with. */
  static String onnxRuntimeVersion() {
    Properties properties = new Properties();
    try (InputStream in = AgentBuild.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException("the agent was built without its " + FILE);
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("onnxruntime.version");
  }
}
