package dev.plumbline.host.dataset;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of data that is opened, held to the same contract. */
class DatasetContractTest {
  @TempDir static Path temp;

  @Nested
  class OfClassFolders extends DatasetContract {
    @Override
    DataRequest request() throws IOException {
      return DataRequest.of(folder("folders", "cat/1.png", "dog/2.png"));
    }
  }

  @Nested
  class OfAZip extends DatasetContract {
    @Override
    DataRequest request() throws IOException {
      Path zip = temp.resolve("data.zip");
      try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
        for (String path : new String[] {"cat/1.png", "dog/2.png"}) {
          out.putNextEntry(new ZipEntry(path));
          out.write(RawPng.grey(3, 2, path.charAt(4)));
          out.closeEntry();
        }
      }
      return DataRequest.of(zip);
    }
  }

  @Nested
  class OfAList extends DatasetContract {
    @Override
    DataRequest request() throws IOException {
      Path folder = folder("listed", "1.png", "2.png");
      return DataRequest.of(Files.writeString(folder.resolve("l.csv"), "1.png,cat\n2.png,dog\n"));
    }
  }

  @Nested
  class OfAnImageFolder extends DatasetContract {
    @Override
    DataRequest request() throws IOException {
      Path folder = folder("imagefolder", "1.png", "2.png");
      Files.writeString(
          folder.resolve("metadata.jsonl"),
          "{\"file_name\":\"1.png\",\"label\":0}\n{\"file_name\":\"2.png\",\"label\":1}\n");
      return DataRequest.of(folder);
    }
  }

  @Nested
  class OfCifar10Pickles extends DatasetContract {
    @Override
    DataRequest request() throws URISyntaxException {
      return new DataRequest(resource("cifar10"), Split.TRAIN, null, LabelRules.own(), null, false);
    }
  }

  @Nested
  class OfParquetShards extends DatasetContract {
    @Override
    DataRequest request() throws URISyntaxException {
      return DataRequest.of(resource("parquet/data"));
    }
  }

  @Nested
  class OfIdxFiles extends DatasetContract {
    @Override
    DataRequest request() throws IOException {
      Path folder = Files.createDirectories(temp.resolve("idx"));
      Files.write(
          folder.resolve("train-images-idx3-ubyte"),
          new byte[] {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4});
      Files.write(
          folder.resolve("train-labels-idx1-ubyte"), new byte[] {0, 0, 8, 1, 0, 0, 0, 2, 9, 5});
      return DataRequest.of(folder);
    }
  }

  @Nested
  class OfCifar10Binaries extends DatasetContract {
    @Override
    DataRequest request() throws IOException {
      byte[] records = new byte[2 * 3073];
      records[0] = 3;
      records[3073] = 1;
      return DataRequest.of(Files.write(temp.resolve("data_batch_1.bin"), records));
    }
  }

  private static Path folder(String name, String... pictures) throws IOException {
    Path folder = temp.resolve(name);
    for (String path : pictures) {
      Path file = folder.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, RawPng.grey(3, 2, path.length()));
    }
    return folder;
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(DatasetContractTest.class.getResource("/datasets/" + name).toURI());
  }
}
