package dev.plumbline.host.autograd;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A function of PyTorch's that DJL has no call for, written in TorchScript. It lives as long as the
 * process, as the code that it is.
 */
final class TorchScript {
  /** A pickle, protocol 2, of a new object without attributes, of the class Function. */
  private static final String OBJECT = "\u0080\u0002c__torch__\nFunction\n)\u0081}b.";

  /** A pickle, protocol 2, of an empty tuple. */
  private static final String NO_CONSTANTS = "\u0080\u0002).";

  private final Model model;
  private final ParameterStore noParameters;

  private TorchScript(Model model) {
    this.model = model;
    this.noParameters = new ParameterStore(model.getNDManager(), false);
  }

  /**
   * Compiles a function.
   *
   * @param body its lines, as TorchScript is saved: calls alone, the last one returns a tensor
   * @param parameters names of its arguments, each a tensor
   */
  static TorchScript of(Device device, String body, String... parameters) {
    StringBuilder code = new StringBuilder("class Function(Module):\n");
    code.append("  __parameters__ = []\n  __buffers__ = []\n");
    code.append("  def forward(self: __torch__.Function");
    for (String parameter : parameters) {
      code.append(",\n    ").append(parameter).append(": Tensor");
    }
    code.append(") -> Tensor:\n").append(body.strip().indent(4));
    Model model = Model.newInstance("function", device, TorchEngine.load().getEngineName());
    try {
      model.load(new ByteArrayInputStream(archive(code.toString())));
    } catch (RuntimeException e) {
      model.close();
      throw e;
    } catch (IOException | MalformedModelException e) {
      model.close();
      throw new IllegalStateException("TorchScript was not loaded: " + body, e);
    }
    return new TorchScript(model);
  }

  /** What torch.jit.save writes, as far as loading needs it. */
  private static byte[] archive(String code) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", OBJECT);
      put(zip, "code/__torch__.py", code);
      put(zip, "constants.pkl", NO_CONSTANTS);
      put(zip, "version", "3\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("function/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  /** Calls the function; gradients flow through it. */
  NDArray call(NDArray... arguments) {
    // Called as in inference, what it makes could take part in no gradient later on.
    return model.getBlock().forward(noParameters, new NDList(arguments), true).singletonOrThrow();
  }
}
