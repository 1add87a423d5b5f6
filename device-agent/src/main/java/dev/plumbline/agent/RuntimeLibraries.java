package dev.plumbline.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts a board's own build of ONNX Runtime in the place of the one that comes with the agent.
 *
 * <p>ONNX Runtime is two libraries: itself, and the one between it and Java. Both name the version
 * that they are of, and libraries of different versions crash or miss functions long after they
 * have been loaded. So versions are read from the files before anything is loaded.
 */
final class RuntimeLibraries {
  private static final String FOLDER_PROPERTY = "onnxruntime.native.path";
  private static final String RUNTIME = "onnxruntime";
  private static final String BRIDGE = "onnxruntime4j_jni";
  private static final String RUNTIME_FILE = System.mapLibraryName(RUNTIME);
  private static final String BRIDGE_FILE = System.mapLibraryName(BRIDGE);

  private RuntimeLibraries() {}

  /**
   * Loads the libraries of a folder; before anything else of ONNX Runtime is used.
   *
   * @throws StartException if they are not there, or do not fit
   */
  static void load(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new StartException(
          "--onnxruntime-libs "
              + folder
              + " is no folder; expected one that holds "
              + RUNTIME_FILE);
    }
    NativeLibrary runtime = NativeLibrary.read(runtimeIn(folder));
    NativeLibrary bridge = NativeLibrary.read(bridgeFor(folder));
    String ours = AgentBuild.onnxRuntimeVersion();
    for (NativeLibrary library : List.of(runtime, bridge)) {
      library.checkProcessor();
      if (!library.version().equals(ours)) {
        throw new StartException(
            library.file()
                + " is of ONNX Runtime "
                + library.version()
                + "; expected "
                + ours
                + ", the version of this agent's Java classes");
      }
    }
    // Where ONNX Runtime looks for the libraries of its providers.
    System.setProperty(FOLDER_PROPERTY, folder.toAbsolutePath().toString());
    // The one needs the other, and finds it since it is loaded.
    load(runtime, RUNTIME);
    load(bridge, BRIDGE);
  }

  /** The library, whose name ends with its version where it comes from a Python package. */
  private static Path runtimeIn(Path folder) {
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found =
          files
              .filter(f -> f.getFileName().toString().startsWith(RUNTIME_FILE))
              .sorted(Comparator.comparing(f -> f.getFileName().toString()))
              .toList();
    } catch (IOException e) {
      throw new StartException(
          "--onnxruntime-libs " + folder + " cannot be read: " + e.getMessage(), e);
    }
    if (found.isEmpty()) {
      throw new StartException(
          "--onnxruntime-libs " + folder + " holds no " + RUNTIME_FILE + "; " + contents(folder));
    }
    return found.get(0);
  }

  private static String contents(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      String libraries =
          files
              .map(f -> f.getFileName().toString())
              .filter(name -> name.contains(".so"))
              .sorted()
              .limit(5)
              .collect(Collectors.joining(", "));
      return libraries.isEmpty() ? "it holds no library at all" : "it holds " + libraries;
    } catch (IOException e) {
      throw new StartException(
          "--onnxruntime-libs " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The folder's own, or the agent's: builds for Python or C++ have none. */
  private static Path bridgeFor(Path folder) {
    Path own = folder.resolve(BRIDGE_FILE);
    if (Files.isRegularFile(own)) {
      return own;
    }
    return Optional.ofNullable(System.getProperty(FOLDER_PROPERTY))
        .map(agents -> Path.of(agents).resolve(BRIDGE_FILE))
        .filter(Files::isRegularFile)
        .orElseThrow(
            () ->
                new StartException(
                    "--onnxruntime-libs "
                        + folder
                        + " holds no "
                        + BRIDGE_FILE
                        + ", and this agent has none of its own; expected it there"));
  }

  private static void load(NativeLibrary library, String name) {
    try {
      System.load(library.file().toAbsolutePath().toString());
    } catch (UnsatisfiedLinkError e) {
      throw new StartException(
          library.file()
              + " cannot be loaded ("
              + e.getMessage()
              + "); expected the libraries that it needs in LD_LIBRARY_PATH or known to ldconfig",
          e);
    }
    // ONNX Runtime would load its own.
    System.setProperty("onnxruntime.native." + name + ".skip", "true");
  }
}
