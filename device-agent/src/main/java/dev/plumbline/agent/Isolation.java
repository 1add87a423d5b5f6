package dev.plumbline.agent;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How the process is bounded that runs models beside the agent.
 *
 * @param maxMemoryBytes that it may have
 * @param libraries the board's own build of ONNX Runtime, which it has to load as well
 */
record Isolation(OptionalLong maxMemoryBytes, Optional<Path> libraries) {}
