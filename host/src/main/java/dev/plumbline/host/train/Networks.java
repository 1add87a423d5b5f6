package dev.plumbline.host.train;

import dev.plumbline.host.train.Layers.Flow;

/** The layers of each architecture. */
final class Networks {
  private Networks() {}

  static void lenet5(Layers net) {
    Flow x = net.biasedConv("conv1", net.input(), 6, 5, 2);
    x = net.maxPool("pool1", net.relu("relu1", x));
    x = net.biasedConv("conv2", x, 16, 5, 0);
    x = net.maxPool("pool2", net.relu("relu2", x));
    x = net.flatten("features", x);
    x = net.relu("relu3", net.linear("fc1", x, 120));
    x = net.relu("relu4", net.linear("fc2", x, 84));
    net.classify(x);
  }

  static void smallResnet(Layers net, int blocks) {
    Flow x = net.convNormRelu("stem", net.input(), 16, 3, 1);
    int[] widths = {16, 32, 64};
    for (int stage = 0; stage < widths.length; stage++) {
      x = residualStage(net, x, stage, widths[stage], blocks);
    }
    net.classify(net.globalAverage("pool", x));
  }

  static void resnet18(Layers net) {
    Flow x = net.convNormRelu("stem", net.input(), 64, 3, 1);
    int[] widths = {64, 128, 256, 512};
    for (int stage = 0; stage < widths.length; stage++) {
      x = residualStage(net, x, stage, widths[stage], 2);
    }
    net.classify(net.globalAverage("pool", x));
  }

  private static Flow residualStage(Layers net, Flow x, int stage, int channels, int blocks) {
    Flow y = x;
    for (int block = 0; block < blocks; block++) {
      int stride = stage > 0 && block == 0 ? 2 : 1;
      y = residual(net, "stage" + (stage + 1) + "." + (block + 1), y, channels, stride);
    }
    return y;
  }

  private static Flow residual(Layers net, String name, Flow x, int channels, int stride) {
    Flow y = net.convNormRelu(name + ".conv1", x, channels, 3, stride);
    y = net.norm(name + ".conv2.norm", net.conv(name + ".conv2", y, channels, 3, 1));
    Flow shortcut = x;
    if (stride != 1 || x.channels() != channels) {
      String side = name + ".shortcut";
      shortcut = net.norm(side + ".norm", net.conv(side, x, channels, 1, stride));
    }
    return net.relu(name + ".relu", net.add(name + ".add", y, shortcut));
  }

  static void vgg11(Layers net) {
    int[][] stages = {{64}, {128}, {256, 256}, {512, 512}, {512, 512}};
    Flow x = net.input();
    for (int stage = 0; stage < stages.length; stage++) {
      for (int i = 0; i < stages[stage].length; i++) {
        String name = "stage" + (stage + 1) + "." + (i + 1);
        x = net.convNormRelu(name, x, stages[stage][i], 3, 1);
      }
      // Pictures of fewer than 32 pixels are down to one before the last pool.
      if (x.height() > 1 && x.width() > 1) {
        x = net.maxPool("pool" + (stage + 1), x);
      }
    }
    net.classify(net.globalAverage("pool", x));
  }

  static void densenet121(Layers net) {
    int growth = 32;
    int[] blocks = {6, 12, 24, 16};
    Flow x = net.conv("stem", net.input(), 2 * growth, 3, 1);
    for (int block = 0; block < blocks.length; block++) {
      String dense = "dense" + (block + 1);
      for (int layer = 1; layer <= blocks[block]; layer++) {
        x = denseLayer(net, dense + "." + layer, x, growth);
      }
      if (block < blocks.length - 1) {
        String name = "transition" + (block + 1);
        x = net.relu(name + ".relu", net.norm(name + ".norm", x));
        x = net.averagePool(name + ".pool", net.conv(name, x, x.channels() / 2, 1, 1));
      }
    }
    x = net.relu("last.relu", net.norm("last.norm", x));
    net.classify(net.globalAverage("pool", x));
  }

  private static Flow denseLayer(Layers net, String name, Flow x, int growth) {
    Flow y = net.relu(name + ".relu1", net.norm(name + ".norm1", x));
    y = net.convNormRelu(name + ".bottleneck", y, 4 * growth, 1, 1);
    return net.concat(name, x, net.conv(name + ".conv", y, growth, 3, 1));
  }
}
