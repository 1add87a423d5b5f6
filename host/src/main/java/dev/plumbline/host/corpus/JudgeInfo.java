package dev.plumbline.host.corpus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Objects;

/**
 * Who judged, and its fingerprint: all that a verdict may depend on beside the picture.
 *
 * @param id names the judge in a corpus, not blank; two judges of one corpus never share it
 * @param kind what it is
 * @param arch of the processor, such as {@code x86_64} or {@code aarch64}
 * @param runtime what runs the model, with its version
 * @param provider of execution, such as {@code CPUExecutionProvider}
 * @param processor as the operating system names it
 * @param int8Features of the processor, such as {@code avx512_vnni}, {@code asimddp}, {@code i8mm}
 * @param threads that one inference uses; 0 if unknown
 * @param batch pictures in one inference; 0 if unknown
 * @param modelSha256 of the model that it ran, 64 lower-case hexadecimal digits
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record JudgeInfo(
    String id,
    JudgeKind kind,
    String arch,
    String runtime,
    String provider,
    String processor,
    List<String> int8Features,
    int threads,
    int batch,
    String modelSha256) {
  public JudgeInfo {
    if (id.isBlank()) {
      throw new IllegalArgumentException("a judge without id");
    }
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(arch, "arch");
    Objects.requireNonNull(runtime, "runtime");
    Objects.requireNonNull(provider, "provider");
    Objects.requireNonNull(processor, "processor");
    int8Features = List.copyOf(int8Features);
    if (threads < 0 || batch < 0) {
      throw new IllegalArgumentException(threads + " threads, batch of " + batch);
    }
    Sha256.require(modelSha256);
  }
}
