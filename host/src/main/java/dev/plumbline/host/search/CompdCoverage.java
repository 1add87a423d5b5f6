package dev.plumbline.host.search;

import ai.djl.ndarray.NDArray;
import dev.plumbline.host.BadInputException;
import dev.plumbline.host.autograd.DeviceArrays;
import dev.plumbline.host.autograd.GraphRun;
import dev.plumbline.host.onnx.DifferentiablePart;
import dev.plumbline.host.onnx.OnnxModel;
import dev.plumbline.host.search.NeuronDraw.Neuron;
import dev.plumbline.host.task.Scalars;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Differential testing with neuron coverage: algorithm 2 of COMPD (see {@link Compd}). For each
 * picture, a random neuron that is active in the original and not in the compressed model joins the
 * loss with its pre-activation in the compressed model, the input of a Relu node. A picture without
 * such a neuron goes by algorithm 1.
 */
final class CompdCoverage implements SearchAlgorithm {
  @Override
  public String id() {
    return "compd-coverage";
  }

  @Override
  public boolean clipsSteps() {
    return true;
  }

  @Override
  public Set<InputKind> moves() {
    return EnumSet.of(InputKind.PICTURES, InputKind.TENSORS);
  }

  @Override
  public Objective movement(OnnxModel original, OnnxModel compressed, SearchSettings settings) {
    List<String> ofOriginal = preActivations(original);
    List<String> ofCompressed = preActivations(compressed);
    if (ofOriginal.isEmpty() || ofOriginal.size() != ofCompressed.size()) {
      throw new BadInputException(
          "compressed model "
              + compressed.name()
              + " has "
              + ofCompressed.size()
              + " Relu nodes and original "
              + original.name()
              + " "
              + ofOriginal.size()
              + ", expected equally many and at least one for algorithm "
              + id());
    }
    return new Coverage(ofOriginal, ofCompressed, settings.coverageWeight(), compressed.name());
  }

  private static List<String> preActivations(OnnxModel model) {
    return DifferentiablePart.before(model).scoreNodes().stream()
        .filter(node -> node.is("Relu"))
        .map(node -> node.inputs().get(0))
        .toList();
  }

  private record Coverage(
      List<String> ofOriginal, List<String> ofCompressed, double weight, String compressedName)
      implements Objective {

    @Override
    public Set<String> originalValues() {
      return Set.copyOf(ofOriginal);
    }

    @Override
    public Set<String> compressedValues() {
      return Set.copyOf(ofCompressed);
    }

    @Override
    public NDArray loss(Forward forward) {
      List<NDArray> original = layers(forward.original(), ofOriginal);
      List<NDArray> compressed = layers(forward.compressed(), ofCompressed);
      for (int layer = 0; layer < original.size(); layer++) {
        if (!original.get(layer).getShape().equals(compressed.get(layer).getShape())) {
          throw new BadInputException(
              "the input of Relu number "
                  + (layer + 1)
                  + " of compressed model "
                  + compressedName
                  + " is "
                  + compressed.get(layer).getShape()
                  + ", expected "
                  + original.get(layer).getShape()
                  + " as in the original");
        }
      }
      List<Optional<Neuron>> neurons = new NeuronDraw(original, compressed).draw(forward.random());
      NDArray loss = Compd.loss(forward);
      for (int layer = 0; layer < compressed.size(); layer++) {
        long[] chosen = chosen(neurons, layer);
        if (chosen.length > 0) {
          NDArray values = compressed.get(layer);
          NDArray index = DeviceArrays.beside(values, values.getManager().create(chosen));
          loss = loss.sub(Scalars.times(values.flatten().take(index).sum(), weight));
        }
      }
      return loss;
    }

    private static List<NDArray> layers(GraphRun run, List<String> names) {
      List<NDArray> layers = new ArrayList<>();
      names.forEach(name -> layers.add(run.captured().get(name)));
      return layers;
    }

    private static long[] chosen(List<Optional<Neuron>> neurons, int layer) {
      return neurons.stream()
          .flatMap(Optional::stream)
          .filter(neuron -> neuron.layer() == layer)
          .mapToLong(Neuron::index)
          .toArray();
    }
  }
}
