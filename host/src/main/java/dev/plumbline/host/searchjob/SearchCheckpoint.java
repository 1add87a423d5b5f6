package dev.plumbline.host.searchjob;

import dev.plumbline.host.BadInputException;
import dev.plumbline.host.corpus.Margins;
import dev.plumbline.host.corpus.PictureClass;
import dev.plumbline.host.corpus.Verdict;
import dev.plumbline.host.dataset.InputShape;
import dev.plumbline.host.search.MutatedPicture;
import dev.plumbline.host.search.SearchState;
import dev.plumbline.host.task.DecisionBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a search that is cut off goes on from, beside the rows that its corpus has.
 *
 * @param state where it stands
 * @param close valid pictures of the seeds that walk, which no row tells of yet; all of one shape
 */
record SearchCheckpoint(SearchState state, List<MutatedPicture> close) {
  /** Bytes for {@link #read}. */
  byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      byte[] walking = state.write();
      out.writeInt(walking.length);
      out.write(walking);
      out.writeInt(close.size());
      for (MutatedPicture picture : close) {
        write(out, picture);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, MutatedPicture picture) throws IOException {
    out.writeInt(picture.seed());
    out.writeInt(picture.step());
    out.write(picture.picture().bytes());
    DecisionBytes.write(out, picture.seedDecision());
    DecisionBytes.write(out, picture.originalDecision());
    DecisionBytes.write(out, picture.compressedDecision());
    out.writeDouble(picture.compressedMargin());
    Margins margins = picture.margins().orElseThrow();
    out.writeFloat(margins.original());
    out.writeFloat(margins.compressed());
    out.writeDouble(picture.rms());
    out.writeDouble(picture.linf());
    out.writeBoolean(picture.refused().isPresent());
    if (picture.refused().isPresent()) {
      DecisionBytes.write(out, picture.refused().get().decision().orElseThrow());
      out.writeFloat(picture.refused().get().margin().orElseThrow());
    }
  }

  /**
   * @param shape of the seeds
   * @throws BadInputException if it is none, or one of another version
   */
  static SearchCheckpoint read(byte[] bytes, InputShape shape) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      SearchState state = SearchState.read(in.readNBytes(in.readInt()));
      List<MutatedPicture> close = new ArrayList<>();
      for (int left = in.readInt(); left > 0; left--) {
        close.add(picture(in, shape));
      }
      return new SearchCheckpoint(state, close);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInputException(
          "the state of an unfinished search is damaged, found " + bytes.length + " bytes", e);
    }
  }

  private static MutatedPicture picture(DataInputStream in, InputShape shape) throws IOException {
    return new MutatedPicture(
        in.readInt(),
        in.readInt(),
        shape.input(in.readNBytes(shape.bytes())),
        PictureClass.VALID,
        DecisionBytes.read(in),
        DecisionBytes.read(in),
        DecisionBytes.read(in),
        in.readDouble(),
        Optional.of(new Margins(in.readFloat(), in.readFloat())),
        in.readDouble(),
        in.readDouble(),
        in.readBoolean()
            ? Optional.of(Verdict.decided(true, DecisionBytes.read(in)).withMargin(in.readFloat()))
            : Optional.empty());
  }
}
