package dev.plumbline.host.autograd;

import ai.djl.ndarray.NDArray;

/** Zero around zero; what is further off comes nearer by a bias. */
final class Shrink implements Operator {
  @Override
  public Kernel compile(NodeContext context) {
    float bias = context.node().floatAttribute("bias", 0f);
    float lambd = context.node().floatAttribute("lambd", 0.5f);
    return Kernel.elementwise(
        a -> {
          NDArray above = Where.select(a.gt(lambd), a.sub(bias), a.zerosLike());
          return Where.select(a.lt(-lambd), a.add(bias), above);
        });
  }
}
