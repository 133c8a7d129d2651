package ai.fovea.recognize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.base.ModelException;
import ai.fovea.base.PlaceLock;
import ai.fovea.image.transform.Preprocessing;
import ai.fovea.onnx.LargeNetworks;
import ai.fovea.onnx.OnnxNetwork;
import ai.fovea.recognize.post.PostStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders of models that are written, and what is left where that is ended early.
class ModelFolderTest {
  @TempDir private Path folder;

  private static ModelFolder model(String name) throws IOException {
    byte[] network = ModelFolder.standard().network().toBytes();
    if (!name.equals("old")) {
      network[network.length / 2] ^= 1; // in the midst of the weights
    }
    return ModelFolder.of(name, description(name), OnnxNetwork.of(network));
  }

  @Test
  void filesOfTwoModelsAreRefused() throws IOException {
    Path old = folder.resolve("old");
    Path next = folder.resolve("next");
    model("old").write(old, Map.of());
    model("next").write(next, Map.of());
    assertThat(ModelFolder.open(old).specification().name()).isEqualTo("old");
    for (String exchanged : List.of(ModelFolder.NETWORK, ModelFolder.DESCRIPTION)) {
      Path mixed = folder.resolve("mixed-" + exchanged);
      model("old").write(mixed, Map.of());
      Files.copy(
          next.resolve(exchanged), mixed.resolve(exchanged), StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> ModelFolder.open(mixed))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith(mixed + ": inference.yml belongs to a network of ")
          .hasMessageContaining("export the model again");
      model("next").write(mixed, Map.of());
      assertThat(ModelFolder.open(mixed).specification().name()).isEqualTo("next");
    }
  }

  /// Descriptions of earlier versions, and of people, name no network.
  @Test
  void aDescriptionThatNamesNoNetworkIsTakenAsItIs() throws IOException {
    model("old").write(folder, Map.of());
    Path description = folder.resolve(ModelFolder.DESCRIPTION);
    Files.writeString(description, model("old").specification().toYaml(Map.of()));
    assertThat(ModelFolder.open(folder).specification().name()).isEqualTo("old");
  }

  @Test
  void whatAKilledExportLeftIsInNobodysWay() throws IOException {
    assertThat(ModelFolder.isBegun(folder)).isFalse();
    Files.createFile(folder.resolve(".inference.onnx.writing"));
    Files.createFile(folder.resolve(".inference.onnx.next"));
    Files.createFile(
        folder.resolve(".inference.yml.next.01234567-0123-0123-0123-0123456789ab.tmp"));
    assertThat(ModelFolder.isBegun(folder)).isTrue();
    Files.createFile(folder.resolve("inference.yml"));
    assertThat(ModelFolder.isBegun(folder)).isTrue();
    model("old").write(folder, Map.of());
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("inference.onnx", "inference.yml");
    assertThat(ModelFolder.isBegun(folder)).isFalse();
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.createFile(own.resolve("inference.yml"));
    assertThat(ModelFolder.isBegun(own)).isFalse();
  }

  private static ModelFolder large(float weight) {
    return ModelFolder.of("large", description("large"), LargeNetworks.of(weight));
  }

  private static ModelSpecification description(String name) {
    return new ModelSpecification(
        name, Map.of(), Preprocessing.of(List.of()), List.of(), List.of(new PostStep.Normalize()));
  }

  private static String data(ModelFolder model) {
    return model.network().dataFiles().iterator().next();
  }

  @Test
  void weightsBesideTheNetworkBelongToTheModel() throws IOException {
    ModelFolder first = large(1);
    first.write(folder, Map.of());
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("inference.onnx", "inference.yml", data(first));
    ModelFolder opened = ModelFolder.open(folder);
    assertThat(opened.id().value())
        .isEqualTo(first.id().value())
        .isNotEqualTo(large(2).id().value());
    opened.write(folder.resolve("copy"), Map.of());
    assertThat(ModelFolder.open(folder.resolve("copy")).id().value()).isEqualTo(first.id().value());

    ModelFolder second = large(2);
    second.write(folder, Map.of());
    assertThat(folder.resolve(data(first))).doesNotExist();
    assertThat(ModelFolder.open(folder).id().value()).isEqualTo(second.id().value());
    Path data = folder.resolve(data(second));
    byte[] good = Files.readAllBytes(data);
    byte[] bad = good.clone();
    bad[good.length / 2] ^= 1;
    Files.write(data, bad);
    assertThatThrownBy(() -> ModelFolder.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("belongs to a network of");
    Files.delete(data);
    assertThatThrownBy(() -> ModelFolder.open(folder))
        .hasMessageContaining("its weights are in " + data.getFileName());
    // Another network without such a file takes the place of one with it.
    model("old").write(folder, Map.of());
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("inference.onnx", "inference.yml", "copy");
  }

  @Test
  void aKilledExportOfALargeNetworkLeavesTheOldOneWholeAndIsCleanedUp() throws IOException {
    ModelFolder first = large(1);
    Path other = Files.createDirectory(folder.resolve("begun"));
    first.network().writeData(other); // and then it was killed
    assertThat(ModelFolder.isBegun(other)).isTrue();
    first.write(folder, Map.of());
    large(2).network().writeData(folder);
    Path half = folder.resolve(data(large(3)) + ".01234567-0123-0123-0123-0123456789ab.tmp");
    Files.createFile(half);
    assertThat(ModelFolder.open(folder).id().value()).isEqualTo(first.id().value());
    large(4).write(folder, Map.of());
    assertThat(folder.toFile().list())
        .containsExactlyInAnyOrder("inference.onnx", "inference.yml", data(large(4)), "begun");
  }

  @Test
  void twoDoNotWriteOneFolderAtOnceAndAFailureLeavesNothing() throws IOException {
    Path place = folder.resolve("new/model");
    try (PlaceLock _ =
        PlaceLock.take(place.resolve(ModelFolder.NETWORK), "writing").orElseThrow()) {
      assertThatThrownBy(() -> model("old").write(place, Map.of()))
          .hasMessage(place + ": another command is writing a model there");
    }
    assertThat(folder).isEmptyDirectory();
  }
}
