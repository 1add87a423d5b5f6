package dev.plumbline.host.verification;

import ai.djl.Device;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.onnx.ModelContract;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.onnx.RuntimeSession;
import dev.plumbline.host.onnx.UnsupportedNodeException;
import java.util.Optional;

/**
 * What a model can be used for; each is empty where it can, else a sentence that says why not.
 *
 * @param judging running it on pictures, on the host and on devices
 * @param differentiating its graph as a function with gradients
 * @param search finding pictures on which it deviates
 * @param repair training it
 */
public record ModelUses(
    Optional<String> judging,
    Optional<String> differentiating,
    Optional<String> search,
    Optional<String> repair) {

  /** Tries all of them; none takes pictures. */
  public static ModelUses of(OnnxModel model, Device device) {
    Optional<String> judging =
        refusal(
            () -> {
              ModelContract.of(model).requirePictureInput();
              RuntimeSession.open(model, RuntimeProvider.cpu()).close();
            });
    Optional<String> differentiating =
        refusal(() -> DifferentiableGraph.frozen(model, device).close());
    Optional<String> search = judging.or(() -> differentiating);
    Optional<String> repair =
        search.or(() -> refusal(() -> DifferentiableGraph.trainable(model, device).close()));
    return new ModelUses(judging, differentiating, search, repair);
  }

  private static Optional<String> refusal(Runnable use) {
    try {
      use.run();
      return Optional.empty();
    } catch (BadInputException | UnsupportedNodeException e) {
      return Optional.of(e.getMessage());
    }
  }
}
