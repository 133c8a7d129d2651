package ai.fovea.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.fovea.exchange.IdMapFile.Form;
import ai.fovea.testkit.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class IdMapFileTest {
  private static final Path NOWHERE = Path.of("id_map");

  @TempDir Path folder;

  private static SortedMap<Long, String> parse(String text, Form form) {
    return IdMapFile.parse("map", text.getBytes(StandardCharsets.UTF_8), form);
  }

  private static SortedMap<Long, String> labels() {
    return new TreeMap<>(
        Map.of(
            0L,
            "cola",
            3L,
            "农夫山泉",
            7L,
            "\"quoted\"",
            9L,
            "12",
            10L,
            "null",
            11L,
            "😀",
            12L,
            "#no-comment:",
            1L << 40,
            "back\\slash"));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenIsReadAgain(Form form) throws IOException {
    Path file = folder.resolve(form.fileName());
    IdMapFile.write(file, form, labels(), "Flat", "IP");
    assertThat(IdMapFile.read(file)).isEqualTo(labels());
    IdMapFile.write(file, form, new TreeMap<>(), "Flat", "IP");
    assertThat(IdMapFile.read(file)).isEmpty();
  }

  @Test
  void aMapOfThousandsOfLinesIsPickled() throws IOException {
    SortedMap<Long, String> lines = new TreeMap<>();
    for (long id = 0; id < 3000; id++) {
      lines.put(3 * id, "shoes/" + id + ".jpg\tlabel " + id);
    }
    Path file = folder.resolve("id_map.pkl");
    IdMapFile.write(file, Form.PICKLE, lines, "", "");
    assertThat(IdMapFile.read(file)).isEqualTo(lines);
  }

  @Test
  void everyGoldenPickleIsReadOrRefused() throws IOException {
    Path golden = Shared.path("golden/deploy/id_map/public.json");
    JsonNode cases = JsonMapper.shared().readTree(Files.readString(golden)).path("cases");
    assertThat(cases.size()).isGreaterThan(30);
    for (JsonNode c : cases) {
      Path file = golden.resolveSibling("public/" + c.path("file").asString());
      if (c.path("must").asString().equals("read")) {
        SortedMap<Long, String> expected = new TreeMap<>();
        c.path("expected")
            .forEachEntry((id, line) -> expected.put(Long.valueOf(id), line.asString()));
        assertThat(IdMapFile.read(file)).as(file.toString()).isEqualTo(expected);
      } else {
        assertThatThrownBy(() -> IdMapFile.read(file))
            .as(file + ": " + c.path("why").asString())
            .isInstanceOf(ExchangeException.class)
            .hasMessageContaining(file.toString());
      }
    }
  }

  @Test
  void theOtherGoldenFormsAreRead() throws IOException {
    Path golden = Shared.path("golden/deploy/id_map/public");
    SortedMap<Long, String> yaml = IdMapFile.read(golden.resolve("id_map.yaml"));
    assertThat(yaml).hasSize(12).containsEntry(1L, "农夫山泉 550ml").containsEntry(9L, "😀 emoji");
    SortedMap<Long, String> text = IdMapFile.read(golden.resolve("id_map.txt"));
    assertThat(text).hasSize(12).containsEntry(1L, "农夫山泉").containsEntry(4L, "😀");
  }

  @Test
  void labelsInYamlAreTextWhateverTheyLookLike() {
    assertThat(
            parse(
                "metric_type: IP\n"
                    + "id_map:\n"
                    + "  0: 12\n"
                    + "  1: yes\n"
                    + "  2: 'a: b'\n"
                    + "  3: >-\n"
                    + "    long\n"
                    + "    one\n",
                Form.YAML))
        .containsExactly(
            Map.entry(0L, "12"),
            Map.entry(1L, "yes"),
            Map.entry(2L, "a: b"),
            Map.entry(3L, "long one"));
  }

  @Test
  void whatIsWrongIsSaid() {
    assertThatThrownBy(() -> parse("1 a\nx b\n1 c\n5\n", Form.TEXT))
        .hasMessageContaining("3 problems")
        .hasMessageContaining("line 2: expected a number")
        .hasMessageContaining("line 3: id 1 comes twice")
        .hasMessageContaining("line 4");
    for (String bad :
        new String[] {
          "",
          "- 1",
          "id_map: 3",
          "other: 1",
          "id_map: {0: {}}",
          "id_map: {0: [a]}",
          "id_map: {a: b}",
          "id_map: {0: a, 0: b}",
          "id_map: {-1: a}",
          "id_map: {0: a",
          "a: [1]\nid_map: {}",
          "id_map: &x {0: *x}",
          "? [1]\n: 2",
          "id_map:\n\t0: a"
        }) {
      assertThatThrownBy(() -> parse(bad, Form.YAML)).as(bad).isInstanceOf(ExchangeException.class);
    }
    assertThatThrownBy(() -> IdMapFile.parse("map", new byte[] {'0', ' ', (byte) 0xFF}, Form.TEXT))
        .hasMessageContaining("UTF-8");
    assertThatThrownBy(() -> IdMapFile.read(folder.resolve("map.json")))
        .hasMessageContaining("expected a name that ends in");
    assertThatThrownBy(() ->
            IdMapFile.write(
                NOWHERE, Form.TEXT, new TreeMap<>(Map.of(1L, "two words")), "Flat", "IP"))
        .isInstanceOf(ExchangeException.class)
        .hasMessageContaining("two words");
  }

  /// Whatever is changed: read, or refused by the one exception.
  @ParameterizedTest
  @EnumSource
  void damageIsRefusedOrHarmless(Form form) throws IOException {
    Path file = folder.resolve(form.fileName());
    IdMapFile.write(file, form, labels(), "Flat", "IP");
    byte[] whole = Files.readAllBytes(file);
    long seed = 11;
    Random random = new Random(seed);
    for (int round = 0; round < whole.length * 8 + 2000; round++) {
      byte[] changed = whole.clone();
      if (round < whole.length * 8) {
        changed[round / 8] ^= (byte) (1 << round % 8);
      } else {
        for (int i = random.nextInt(4); i >= 0; i--) {
          changed[random.nextInt(whole.length)] = (byte) random.nextInt(256);
        }
      }
      survive(changed, form);
    }
    for (int length = 0; length < whole.length; length++) {
      survive(java.util.Arrays.copyOf(whole, length), form);
    }
  }

  private static void survive(byte[] content, Form form) {
    try {
      IdMapFile.parse("map", content, form).forEach((id, text) -> assertThat(id).isNotNegative());
    } catch (ExchangeException e) {
      assertThat(e).hasMessageStartingWith("map: ");
    }
  }
}
