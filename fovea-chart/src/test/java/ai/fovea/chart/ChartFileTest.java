package ai.fovea.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.fovea.chart.Chart.Kind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartFileTest {
  private static final Chart CHART =
      Chart.of("Größe & <mehr>", "x", "y")
          .with("area", Kind.AREA, List.of(1.0, 2.0, 4.0), List.of(1.0, 3.0, 2.0))
          .with("dots", Kind.DOTS, List.of(1.0, 2.0, 4.0), List.of(3.0, 1.0, 2.0))
          .withMark("limit", 2.5, 0.5, 3);

  @TempDir Path folder;

  @Test
  void anSvgStandsAlone() throws Exception {
    Path file = folder.resolve("chart.svg");
    ChartFile.write(List.of(CHART, CHART.withLogX().withLogY()), file);
    var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    assertThat(document.getDocumentElement().getNodeName()).isEqualTo("svg");
    assertThat(document.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 640 800");
    // Texts are outlines: they look alike wherever the file is shown.
    assertThat(document.getElementsByTagName("path").getLength()).isGreaterThan(10);
    assertThat(Files.readString(file)).doesNotContain("DOCTYPE", "href=\"http", "url(http");
  }

  /// Where nothing is ever written over, a disk that is full can't cost the old chart.
  @Test
  void theOldFileIsNotTouchedUntilTheNewOneIsWhole() throws IOException {
    for (String ending : List.of("svg", "png")) {
      Path file = Files.writeString(folder.resolve("x." + ending), "old");
      Path same = Files.createLink(folder.resolve("same." + ending), file);
      ChartFile.write(List.of(CHART), file);
      assertThat(same).hasContent("old");
      assertThat(Files.size(file)).isGreaterThan(3);
    }
    assertThat(folder.toFile().list()).hasSize(4);
  }

  @Test
  void coloursOfADarkPageReplaceThoseThatAreThere() throws IOException {
    String svg = ChartFile.svg(List.of(CHART));
    assertThat(svg).contains("@media (prefers-color-scheme: dark)");
    String drawn = svg.substring(svg.indexOf("</style>"));
    for (String light : List.of("white", "rgb(41,50,61)", "rgb(228,231,235)", "rgb(0,114,178)")) {
      assertThat(svg).contains("[style*=\"fill:" + light + "\"]");
      assertThat(drawn.contains("fill:" + light) || drawn.contains("stroke:" + light))
          .as(light)
          .isTrue();
    }
    // All that is drawn has a colour of the palette: black would vanish.
    assertThat(drawn).doesNotContain("stroke:black", "fill:black", "rgb(0,0,0)", "gray");
  }

  @Test
  void aGroupHasOneColourInAllCharts() throws IOException {
    Chart first =
        Chart.of("", "x", "y")
            .with("a, ours", "ours", Kind.LINE, List.of(1.0, 2.0), List.of(1.0, 2.0))
            .with("a, theirs", "theirs", Kind.LINE, List.of(1.0, 2.0), List.of(2.0, 1.0));
    Chart second =
        Chart.of("", "x", "y")
            .with("b, theirs", "theirs", Kind.LINE, List.of(1.0, 2.0), List.of(2.0, 1.0));
    String one = ChartFile.svg(List.of(first, second));
    assertThat(one.substring(one.indexOf("</style>")))
        .contains("rgb(0,114,178)", "rgb(213,94,0)")
        .doesNotContain("rgb(0,158,115)");
  }

  @Test
  void aPngIsDrawnWithoutADisplay() throws IOException {
    BufferedImage image =
        Objects.requireNonNull(
            ImageIO.read(new ByteArrayInputStream(ChartFile.png(List.of(CHART)))));
    assertThat(image.getWidth()).isEqualTo(1280);
    long colours = 0;
    for (int x = 0; x < image.getWidth(); x++) {
      colours += image.getRGB(x, 300) == 0xFFFFFFFF ? 0 : 1;
    }
    assertThat(colours).isPositive();
  }

  @Test
  void whatCantBeDrawnIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChartFile.write(List.of(CHART), folder.resolve("chart.gif")))
        .withMessageContaining(".svg or .png");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CHART.with("odd", Kind.LINE, List.of(1.0), List.of()));
  }
}
