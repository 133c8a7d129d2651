package ai.fovea.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.fovea.gallery.Filter;
import ai.fovea.graph.Elementwise.Function;
import ai.fovea.graph.Graph;
import ai.fovea.graph.Op.Size;
import ai.fovea.graph.Shape;
import ai.fovea.image.Box;
import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.ImageSource;
import ai.fovea.image.transform.Region;
import ai.fovea.models.Models;
import ai.fovea.recognize.Embedder;
import ai.fovea.recognize.Recognition;
import ai.fovea.recognize.post.Detection;
import ai.fovea.recognize.post.ScoredClass;
import ai.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Each example does what it says.
@Tag("native")
class ExamplesTest {
  @TempDir Path folder;

  @Test
  void bytesAreClassified() throws IOException {
    Path model = Samples.colourClassifier(folder, "red", "green", "blue");
    byte[] green = ImageEncoder.jpeg(Samples.colour(20, 200, 40), 90);
    ScoredClass best = ClassifyBytes.classify(model, green);
    assertThat(best.id()).isEqualTo(1);
    assertThat(best.label()).isEqualTo("green");
    assertThat(best.score()).isGreaterThan(0.9f);
  }

  @Test
  void aBatchIsClassifiedAndTellsItsProblems() throws IOException {
    Path model = Samples.colourClassifier(folder.resolve("model"), "red", "green", "blue");
    byte[] blue = ImageEncoder.png(Samples.colour(30, 30, 200));
    Path gone = folder.resolve("gone.png");
    List<String> lines =
        ClassifyBatch.classify(
            model,
            List.of(
                ImageSource.of(blue, "bytes"),
                ImageSource.of(Arrays.copyOf(blue, blue.length / 2), "half an image"),
                ImageSource.of(gone),
                ImageSource.of(Samples.colour(200, 30, 30), "pixels")));
    assertThat(lines).hasSize(4);
    assertThat(lines.get(0)).isEqualTo("blue");
    assertThat(lines.get(1)).startsWith("problem: half an image: ");
    assertThat(lines.get(2)).startsWith("problem: " + gone + ": ");
    assertThat(lines.get(3)).isEqualTo("red");
  }

  @Test
  void aCropResemblesItsThingMoreThanTheWholeImage() {
    EmbedCrop.Similarities found = EmbedCrop.compare();
    assertThat(found.crop()).isLessThan(1).isGreaterThan(found.whole() + 0.02);
  }

  @Test
  void aFilterDecidesWhatIsKnown() {
    List<String> queries = List.of("books-from-the-right", "cat-mirrored");
    assertThat(RecognizeBatchWithFilter.recognize(queries, Filter.everything()))
        .containsExactly("books", "cat");
    assertThat(RecognizeBatchWithFilter.recognize(queries, Filter.attribute("shop", "north")))
        .containsExactly("books", "unknown");
  }

  @Test
  void aGalleryIsStreamed() {
    StreamGallery.fill(folder.resolve("gallery"), 3000);
    Filter shop = Filter.attribute("shop", "7");
    assertThat(StreamGallery.count(folder.resolve("gallery"), shop))
        .isEqualTo(Map.of("label 0", 100L, "label 1", 100L, "label 2", 100L));
    assertThat(StreamGallery.count(folder.resolve("gallery"), Filter.everything()))
        .containsEntry("label 1", 1000L);
    // The mean of 300 numbers of [0, 1).
    assertThat(StreamGallery.firstValue(folder.resolve("gallery"), shop))
        .isCloseTo(0.5, within(0.06));
  }

  @Test
  void whatTheGalleryDoesNotKnowIsUnknown() {
    CalibrateUnknown.Outcome outcome =
        CalibrateUnknown.run("coffee-mirrored", "town-from-elsewhere", "rocket", "coins");
    assertThat(outcome.seen())
        .extracting(seen -> seen.label().orElse("unknown"))
        .containsExactly("coffee", "town", "unknown", "unknown");
    for (Recognition seen : outcome.seen()) {
      assertThat(seen.score() >= outcome.threshold()).isEqualTo(!seen.isUnknown());
    }
  }

  @Test
  void anOwnLossIsTrainedWith() throws IOException {
    List<Double> losses = TrainWithOwnLoss.train(folder);
    assertThat(losses).hasSize(3).doesNotContainNull();
    assertThat(losses.getLast()).isPositive().isLessThan(losses.getFirst());
  }

  @Test
  void anOwnBackboneAndNeckAreBuiltExportedAndRun() throws IOException {
    Graph graph = OwnBackboneAndNeck.network();
    assertThat(graph.outputs().get("features").shape()).isEqualTo(Shape.batch(3 * 16));
    assertThat(graph.param("backbone.stages.2.conv.weight").orElseThrow().shape())
        .isEqualTo(Shape.of(16, 8, 3, 3));
    assertThat(graph.param("neck.stages[0].lateral.weight").orElseThrow().shape())
        .isEqualTo(Shape.of(16, 4, 1, 1));
    Path model = OwnBackboneAndNeck.export(folder);
    float[] features = OwnBackboneAndNeck.embed(model);
    assertThat(features).hasSize(3 * 16).isEqualTo(OwnBackboneAndNeck.embed(model));
    double square = 0;
    for (float v : features) {
      square += v * v;
    }
    assertThat(square).isCloseTo(1, within(1e-5));
  }

  @Test
  void whatIsTrainedIsExported() throws IOException {
    Path model = ExportModel.export(folder);
    assertThat(model.resolve("inference.onnx")).exists();
    try (var embedder = Embedder.open(model)) {
      assertThat(embedder.dimension()).isEqualTo(64);
      Path toy = Samples.project().resolve("examples/toy/images/mug/11.png");
      assertThat(embedder.embed(toy)).hasSize(64);
    }
  }

  @Test
  void aDetectorFindsTheSquareInPixelsOfTheImage() throws IOException {
    Path model = OpenDetector.redCells(folder);
    var square = new Region(64, 32, 32, 32);
    List<Detection> found = OpenDetector.detect(model, Samples.square(128, square, 250, 20, 20));
    assertThat(found).hasSize(1);
    Detection thing = found.getFirst();
    assertThat(thing.label()).isEqualTo("red thing");
    assertThat(thing.score()).isGreaterThan(0.5f);
    assertThat(thing.box().intersectionOverUnion(Box.of(square), 0)).isGreaterThan(0.99);
    Image green = Samples.square(128, square, 20, 250, 20);
    assertThat(OpenDetector.detect(model, green)).isEmpty();
  }

  @Test
  void aTrainingIsWatchedAndEndedEarly() throws IOException {
    var lines = new ArrayList<String>();
    Trainer.Outcome outcome = WatchTraining.train(folder, lines::add);
    assertThat(outcome.stopped()).contains("cancelled");
    assertThat(outcome.weights().orElseThrow().resolveSibling("latest.pdparams")).exists();
    assertThat(lines)
        .startsWith("3 epochs of 4")
        .contains("saved latest")
        .endsWith("stopped: cancelled")
        .filteredOn(line -> line.startsWith("epoch "))
        .hasSize(1)
        .allMatch(line -> line.matches("epoch 1: loss \\d+\\.\\d{3}"));
  }

  @Test
  @Timeout(60)
  void aModelIsSwappedWhileThreadsUseIt() throws Exception {
    SwapModelUnderLoad.Labels labels = SwapModelUnderLoad.swap(folder);
    assertThat(labels.seen()).containsExactly("red", "rot");
    assertThat(labels.last()).isEqualTo("rot");
  }

  @Test
  void aPassReplacesEachHardSwish() {
    Graph before = Models.build(Map.of("name", "PPLCNet_x0_25", "class_num", 10), Size.of(64));
    Graph after = OwnGraphPass.withoutHardSwish(before);
    long swishes = OwnGraphPass.count(before, Function.HARD_SWISH);
    assertThat(swishes).isGreaterThan(20);
    assertThat(OwnGraphPass.count(after, Function.HARD_SWISH)).isZero();
    assertThat(OwnGraphPass.count(after, Function.RELU))
        .isEqualTo(OwnGraphPass.count(before, Function.RELU) + swishes);
    assertThat(after.params()).isEqualTo(before.params());
  }

  @Test
  void errorsAreToldApart() throws IOException {
    Path noImage = Files.writeString(folder.resolve("a.jpg"), "no image");
    assertThat(HandleErrors.outcome(() -> HandleErrors.embed(noImage)))
        .startsWith("the caller's input: " + noImage);
    assertThat(HandleErrors.outcome(() -> Embedder.open(folder).close()))
        .startsWith("our model: " + folder + ": not a model folder: ");
    assertThat(HandleErrors.outcome(() -> StreamGallery.count(folder, Filter.everything())))
        .startsWith("our gallery: ")
        .contains(folder.toString());
    assertThat(HandleErrors.outcome(() -> HandleErrors.embed(Samples.photo("coins"))))
        .isEqualTo("done");
  }
}
