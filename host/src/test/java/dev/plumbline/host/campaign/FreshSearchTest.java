package dev.plumbline.host.campaign;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.plumbline.host.autograd.Accelerator;
import dev.plumbline.host.dataset.Epsilon;
import dev.plumbline.host.dataset.Preprocessing;
import dev.plumbline.host.dataset.Preprocessing.ChannelOrder;
import dev.plumbline.host.dataset.Preprocessing.Layout;
import dev.plumbline.host.onnx.RuntimeProvider;
import dev.plumbline.host.search.SearchSettings;
import dev.plumbline.host.search.TinyModels;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Rounds are gone on with where the id is the same, so it is written out here. */
class FreshSearchTest {
  private static String id(SearchSettings settings) {
    return new FreshSearch(
            TinyModels.classifier("original", "Relu", Layout.NCHW, 1),
            new Preprocessing(
                List.of(0.5f, 0.5f, 0.5f),
                List.of(0.2f, 0.2f, 0.2f),
                Layout.NCHW,
                ChannelOrder.RGB),
            Accelerator.CPU.torchDevice(),
            RuntimeProvider.cpu(),
            settings,
            TinyModels.pictures(1, 1))
        .id();
  }

  @Test
  void usualSearchesHaveTheNamesThatLedgersKnow() {
    SearchSettings boundary = SearchSettings.usual("boundary");
    assertEquals("boundary", id(boundary));
    assertEquals("boundary", id(boundary.withRandomSeed(7).withBatch(OptionalInt.of(5))));
    assertEquals("compd", id(SearchSettings.usual("compd")));
    assertEquals("boundary, not confirmed in the walk", id(boundary.withConfirmInWalk(false)));
  }

  @Test
  void whatIsNotUsualIsPartOfTheName() {
    SearchSettings settings =
        SearchSettings.of(
            Optional.of("boundary"),
            Optional.of(20),
            Optional.of(Epsilon.parse("51")),
            Optional.empty(),
            Optional.empty(),
            Optional.of(0.7),
            Optional.empty(),
            Optional.of(0),
            Optional.of(false),
            Optional.empty());
    assertEquals(
        "boundary, not confirmed in the walk, steps 20, epsilon 0.2, min_confidence 0.7,"
            + " close_per_seed 0",
        id(settings));
    assertEquals("compd, clip [0.1]", id(SearchSettings.usual("compd").withClip(List.of(0.1f))));
  }
}
