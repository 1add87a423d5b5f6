import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plumbline.host.autograd.DifferentiableGraph;
import dev.plumbline.host.autograd.GradientTape;
import dev.plumbline.host.onnx.OnnxModel;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Random;

/**
 * Times a model's differentiable graph when it is told to: each line "forward" or "backward" on
 * standard input is answered by the seconds it took. Arguments: model, dimensions of the input.
 */
final class GraphTimes {
  public static void main(String[] args) throws Exception {
    long[] dims = new long[args.length - 1];
    int size = 1;
    for (int i = 0; i < dims.length; i++) {
      dims[i] = Long.parseLong(args[i + 1]);
      size *= (int) dims[i];
    }
    float[] values = new float[size];
    Random random = new Random(1);
    for (int i = 0; i < size; i++) {
      values[i] = (float) random.nextGaussian();
    }
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        DifferentiableGraph graph =
            DifferentiableGraph.frozen(OnnxModel.read(Path.of(args[0])), Device.cpu())) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        try (NDManager step = manager.newSubManager()) {
          NDArray x = step.create(values, new Shape(dims));
          long start = System.nanoTime();
          if (line.equals("forward")) {
            graph.logits(x).close();
          } else {
            x.setRequiresGradient(true);
            try (GradientTape tape = GradientTape.open()) {
              tape.backward(graph.logits(x).sum());
            }
          }
          System.out.println((System.nanoTime() - start) / 1e9);
        }
      }
    }
  }
}
