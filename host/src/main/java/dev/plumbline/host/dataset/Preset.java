package dev.plumbline.host.dataset;

import dev.plumbline.host.dataset.PreprocessingEntries.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A preprocessing that many models share, by name.
 *
 * @param name as {@code --preset} takes it
 * @param source whose models are trained so, and where that is written
 * @param entries what it means
 */
public record Preset(String name, String source, PreprocessingEntries entries) {
  private static final String IMAGENET_MEAN = "0.485,0.456,0.406";
  private static final String IMAGENET_STD = "0.229,0.224,0.225";

  private static final List<Preset> ALL =
      List.of(
          new Preset(
              "imagenet",
              "torchvision's classifiers with weights V1, and what is trained likewise"
                  + " (torchvision.transforms._presets.ImageClassification)",
              entries(
                  Map.of(
                      Key.RESIZE, "256",
                      Key.CROP, "224x224",
                      Key.INTERPOLATION, "bilinear",
                      Key.MEAN, IMAGENET_MEAN,
                      Key.STD, IMAGENET_STD))),
          new Preset(
              "imagenet-v2",
              "torchvision's ResNet, MobileNet and others with weights V2"
                  + " (resize_size=232 in torchvision.models)",
              entries(
                  Map.of(
                      Key.RESIZE, "232",
                      Key.CROP, "224x224",
                      Key.INTERPOLATION, "bilinear",
                      Key.MEAN, IMAGENET_MEAN,
                      Key.STD, IMAGENET_STD))),
          new Preset(
              "imagenet-bicubic",
              "timm's classifiers at 224 with crop_pct 0.875 and ImageNet's statistics"
                  + " (timm.data.create_transform)",
              entries(
                  Map.of(
                      Key.RESIZE, "256",
                      Key.CROP, "224x224",
                      Key.INTERPOLATION, "bicubic",
                      Key.MEAN, IMAGENET_MEAN,
                      Key.STD, IMAGENET_STD))),
          new Preset(
              "imagenet-opencv",
              "ImageNet's statistics on pictures read and resized by OpenCV, colours in RGB",
              entries(
                  Map.of(
                      Key.RESIZE, "256",
                      Key.CROP, "224x224",
                      Key.INTERPOLATION, "bilinear",
                      Key.ANTIALIAS, "false",
                      Key.MEAN, IMAGENET_MEAN,
                      Key.STD, IMAGENET_STD))),
          new Preset(
              "imagenet-tf",
              "Keras applications of mode 'tf' such as MobileNet, -1 to 1"
                  + " (keras.applications.imagenet_utils.preprocess_input)",
              entries(
                  Map.of(
                      Key.RESIZE, "224x224",
                      Key.INTERPOLATION, "nearest",
                      Key.SCALE, "1/127.5,-1",
                      Key.MEAN, "0",
                      Key.STD, "1"))),
          new Preset(
              "imagenet-caffe",
              "Keras applications of mode 'caffe' such as ResNet50 and VGG16, and Caffe's own:"
                  + " blue first, means taken off 0..255"
                  + " (keras.applications.imagenet_utils.preprocess_input)",
              entries(
                  Map.of(
                      Key.RESIZE, "224x224",
                      Key.INTERPOLATION, "nearest",
                      Key.SCALE, "1",
                      Key.CHANNELS, "bgr",
                      Key.MEAN, "103.939,116.779,123.68",
                      Key.STD, "1,1,1"))),
          new Preset(
              "inception",
              "TensorFlow's Inception at 299, -1 to 1, as timm evaluates it (tf_inception_v3:"
                  + " crop_pct 0.875, IMAGENET_INCEPTION_MEAN and _STD); torchvision's inception_v3"
                  + " and timm's xception are resized otherwise",
              entries(
                  Map.of(
                      Key.RESIZE, "341",
                      Key.CROP, "299x299",
                      Key.INTERPOLATION, "bicubic",
                      Key.MEAN, "0.5,0.5,0.5",
                      Key.STD, "0.5,0.5,0.5"))),
          new Preset(
              "efficientnet-lite",
              "EfficientNet-Lite0 (MEAN_RGB 127, STDDEV_RGB 128 in TensorFlow TPU's"
                  + " efficientnet_lite_builder.py; CROP_FRACTION 0.875 and resize_bicubic, which"
                  + " has no antialiasing, in its preprocessing.py, where the crop comes before the"
                  + " resizing)",
              entries(
                  Map.of(
                      Key.RESIZE, "256",
                      Key.CROP, "224x224",
                      Key.INTERPOLATION, "bicubic",
                      Key.ANTIALIAS, "false",
                      Key.SCALE, "1",
                      Key.MEAN, "127,127,127",
                      Key.STD, "128,128,128"))),
          new Preset(
              "clip",
              "OpenAI's CLIP at 224 (clip.clip._transform)",
              entries(
                  Map.of(
                      Key.RESIZE, "224",
                      Key.CROP, "224x224",
                      Key.INTERPOLATION, "bicubic",
                      Key.MEAN, "0.48145466,0.4578275,0.40821073",
                      Key.STD, "0.26862954,0.26130258,0.27577711"))),
          new Preset(
              "vit",
              "ViT and others of Hugging Face's ViTImageProcessor with its defaults, -1 to 1 at 224"
                  + " (preprocessor_config.json of a model may say otherwise)",
              entries(
                  Map.of(
                      Key.RESIZE, "224x224",
                      Key.INTERPOLATION, "bilinear",
                      Key.MEAN, "0.5,0.5,0.5",
                      Key.STD, "0.5,0.5,0.5"))),
          new Preset(
              "yolo",
              "Ultralytics' YOLO detectors: letterbox on grey, 0 to 1"
                  + " (ultralytics.data.augment.LetterBox)",
              entries(
                  Map.of(
                      Key.LETTERBOX, "640x640,114",
                      Key.INTERPOLATION, "bilinear",
                      Key.ANTIALIAS, "false",
                      Key.MEAN, "0,0,0",
                      Key.STD, "1,1,1"))),
          new Preset(
              "cifar10",
              "models trained on CIFAR-10 with the statistics of its training pictures; many"
                  + " others, such as those of kuangliu's pytorch-cifar, take --std"
                  + " 0.2023,0.1994,0.2010",
              entries(
                  Map.of(
                      Key.MEAN, "0.4914,0.4822,0.4465",
                      Key.STD, "0.2470,0.2435,0.2616"))),
          new Preset(
              "cifar100",
              "models trained on CIFAR-100 with the statistics of its training pictures",
              entries(
                  Map.of(
                      Key.MEAN, "0.5071,0.4865,0.4409",
                      Key.STD, "0.2673,0.2564,0.2762"))),
          new Preset(
              "mnist",
              "models trained on MNIST (PyTorch's examples/mnist)",
              entries(Map.of(Key.MEAN, "0.1307", Key.STD, "0.3081"))),
          new Preset(
              "fashion-mnist",
              "models trained on Fashion-MNIST with the statistics of its training pictures",
              entries(Map.of(Key.MEAN, "0.2860", Key.STD, "0.3530"))),
          new Preset(
              "openvino",
              "converted models of OpenVINO's Open Model Zoo, which have mean and scale in the"
                  + " graph: blue first, 0 to 255, resized by OpenCV (each model's page); the size"
                  + " is to be given with --resize",
              entries(
                  Map.of(
                      Key.INTERPOLATION, "bilinear",
                      Key.ANTIALIAS, "false",
                      Key.SCALE, "1",
                      Key.CHANNELS, "bgr",
                      Key.MEAN, "0",
                      Key.STD, "1"))),
          new Preset(
              "unit", "models that take 0 to 1", entries(Map.of(Key.MEAN, "0", Key.STD, "1"))),
          new Preset(
              "none",
              "models that take 0 to 255, as those with the normalisation in the graph",
              entries(Map.of(Key.SCALE, "1", Key.MEAN, "0", Key.STD, "1"))));

  private static PreprocessingEntries entries(Map<Key, String> values) {
    return new PreprocessingEntries(values);
  }

  public static List<Preset> all() {
    return ALL;
  }

  public static Optional<Preset> named(String name) {
    return ALL.stream().filter(preset -> preset.name.equalsIgnoreCase(name.strip())).findFirst();
  }

  /** The names of all, for messages. */
  public static String names() {
    return ALL.stream().map(Preset::name).collect(Collectors.joining(", "));
  }

  /** What it means, in a line. */
  public String inWords() {
    return "preset " + name + " is " + entries.asOptions() + ": " + source;
  }
}
