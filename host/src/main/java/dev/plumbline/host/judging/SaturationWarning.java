package dev.plumbline.host.judging;

import dev.plumbline.agent.machine.CpuInfo;
import dev.plumbline.host.corpus.JudgeInfo;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.SaturatingProducts;
import java.util.Optional;
import java.util.Set;

/** Tells when a judge's processor saturates in the products of the model that it runs. */
public final class SaturationWarning {
  private static final Set<String> X86 = Set.of("amd64", "x86_64", "x86", "i386");

  /** Any of these multiplies without saturation; AMX comes with VNNI. */
  private static final Set<String> SAFE = Set.of("avx512_vnni", "avx_vnni", "amx_int8");

  private SaturationWarning() {}

  /**
   * One sentence with the remedy.
   *
   * @return empty if the processor does not saturate, or the model gives no cause
   */
  public static Optional<String> of(JudgeInfo judge, OnnxModel model) {
    boolean saturates =
        X86.contains(judge.arch())
            && judge.int8Features().stream().map(CpuInfo::spelling).noneMatch(SAFE::contains);
    int nodes = saturates ? SaturatingProducts.in(model).size() : 0;
    if (nodes == 0) {
      return Optional.empty();
    }
    return Optional.of(
        judge.id()
            + " ("
            + (judge.processor().isBlank() ? judge.arch() : judge.processor())
            + ") is an x86 processor without VNNI and saturates in the U8S8 products of "
            + nodes
            + (nodes == 1 ? " node" : " nodes")
            + " of "
            + model.fileName()
            + ", so its labels may be wrong without any deviation of the weights; remedy: quantize"
            + " with weights of 7 bits (quantize --reduce-range) or with signed activations"
            + " (S8S8)");
  }
}
