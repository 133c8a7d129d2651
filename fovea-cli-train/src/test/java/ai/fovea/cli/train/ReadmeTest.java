package ai.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs every `./fovea` command of the README in the order in which it stands there, each in a process of its own, in a
/// folder that holds what the README speaks of: the toy images, and photos and a query of the reader's own.
@Tag("native")
class ReadmeTest {
  private static final Pattern COMMAND = Pattern.compile("(?m)^\\./fovea (.+)$");

  @TempDir Path folder;

  @Test
  void everyCommandWorks() throws Exception {
    Path readme = Path.of("..", "README.md");
    List<String> commands =
        COMMAND.matcher(Files.readString(readme)).results().map(m -> m.group(1)).toList();
    assertThat(commands).hasSizeGreaterThan(7);
    prepare();
    for (String command : commands) {
      // The demo is run by the continuous integration as a user would; it needs no other test here.
      if (!command.equals("demo")) {
        run(Arrays.asList(command.split(" ", -1)));
      }
    }
    assertThat(folder.resolve("output/toy/inference.onnx")).exists();
    assertThat(folder.resolve("mugs/MANIFEST")).exists();
  }

  private void run(List<String> arguments) throws IOException, InterruptedException {
    var line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "ai.fovea.cli.Main"));
    line.addAll(arguments);
    Path out = folder.resolve("out.txt");
    Process process =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("%s ends", arguments).isTrue();
    assertThat(process.exitValue()).as("%s: %s", arguments, Files.readString(out)).isZero();
  }

  /// Three labels of four images: shapes in colours of their own, drawn in other places each time.
  private void prepare() throws IOException {
    var random = new SplittableRandom(1);
    String[] labels = {"red", "green", "blue"};
    for (int l = 0; l < labels.length; l++) {
      for (int i = 0; i < 4; i++) {
        draw(folder.resolve("photos", labels[l], labels[l] + i + ".jpg"), l, random);
      }
    }
    draw(folder.resolve("query.jpg"), 1, random);
    Path examples = Path.of("..", "examples");
    try (Stream<Path> files = Files.walk(examples)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve("examples").resolve(examples.relativize(file));
        Files.createDirectories(java.util.Objects.requireNonNull(copy.getParent()));
        Files.copy(file, copy);
      }
    }
  }

  private static void draw(Path file, int label, SplittableRandom random) throws IOException {
    Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
    var image = new BufferedImage(80, 80, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(
        new Color(random.nextInt(60) + 150, random.nextInt(60) + 150, random.nextInt(60) + 150));
    g.fillRect(0, 0, 80, 80);
    int[] rgb = {30, 30, 30};
    rgb[label] = 230;
    g.setColor(new Color(rgb[0], rgb[1], rgb[2]));
    int x = random.nextInt(20);
    int y = random.nextInt(20);
    switch (label) {
      case 0 -> g.fillOval(x, y, 50, 50);
      case 1 -> g.fillRect(x, y, 50, 30);
      default -> g.fillPolygon(new int[] {x, x + 25, x + 50}, new int[] {y + 50, y, y + 50}, 3);
    }
    g.dispose();
    ImageIO.write(image, "jpg", file.toFile());
  }
}
