package ai.fovea.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
  private static final String YAML =
      """
      Global:
        epochs: 10
        octal: 010
        minutes: 1:30
        off_word: off
        tiny: 1e-3
        none: None
        pair: 0,1
        scale: 1.0/255.0
        quoted: "'12'"
      Loss:
        Train:
          - CELoss:
              weight: 1.0
              tiny: 1e-3
              text: '7'
          - TripletLossV2:
      """;

  private static List<String> noted(Config config) {
    try {
      config.check();
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @Test
  void rangesAreToldInWords() {
    Config c = Config.parse("{a: -5, b: 1, c: 0, d: .inf, e: .nan, f: [0.5, -0.5]}", "t");
    assertThat(c.number("a", 3, Range.atLeast(0))).isEqualTo(3);
    assertThat(c.number("b", Range.below(0, 1))).isEqualTo(1);
    c.number("c", 2, Range.above(0));
    c.number("d", 2, Range.atLeast(0));
    c.number("e", 2);
    c.numbers("f", Range.between(0, 1));
    assertThat(c.number("g", -1, Range.atLeast(0))).as("what is not there").isEqualTo(-1);
    assertThat(noted(c))
        .containsExactly(
            "a: expected 0 or more, found -5 (line 1)",
            "b: expected a number from 0 to less than 1, found 1 (line 1)",
            "c: expected more than 0, found 0 (line 1)",
            "d: expected a finite number, found the number Infinity (line 1)",
            "e: expected a finite number, found the number NaN (line 1)",
            "f: expected a number from 0 to 1, found -0.5 (line 1)");
    assertThat(Range.inside(0, 1).words()).isEqualTo("a number larger than 0 and smaller than 1");
  }

  @Test
  void ofASectionThatIsNotThereNothingElseIsTold() {
    Config c = Config.parse("{here: {x: 1}, wrong: 3}", "t");
    Config gone = c.at("a.b").at("c");
    gone.text("name");
    gone.at("d").integer("size");
    c.number("a.b.c.rate");
    c.at("here").number("y");
    c.at("wrong").number("y");
    assertThat(noted(c))
        .containsExactly(
            "a: missing, expected a section",
            "here.y: missing, expected a number (line 1)",
            "wrong: expected a section, found the number 3 (line 1)");
  }

  @Test
  void anEmptyFileIsCalledEmpty(@TempDir Path folder) throws IOException {
    for (String text : List.of("", "\n", "# later\n", "---\n")) {
      Path file = Files.writeString(folder.resolve("c.yaml"), text);
      assertThatThrownBy(() -> Config.read(file))
          .hasMessage(file + ": the file is empty, expected a configuration");
    }
  }

  @Test
  void aKeyIsNeverSuggestedForItself() {
    Config c = Config.parse("{rate: 1, rat: 2}", "t");
    c.has("rate");
    assertThat(c.nearest("rat")).contains("rate");
    assertThat(c.nearest("rate")).isEmpty();
  }

  @Test
  void whatIsLeftIsNeitherReadNorAMistake() {
    Config c = Config.parse("{s: {name: a, in: {x: 1, y: 2}, other: 3}}", "t");
    c.at("s").text("name");
    c.at("s").at("in").has("x");
    c.at("s").leaveRest();
    assertThat(c.unread()).containsExactly("s.in.y");
  }

  @Test
  void aListOfWordsNeedsNoQuotes() {
    Config c =
        Config.of(java.util.Map.of())
            .override(List.of("a=[mug, red bowl,1]", "b=[0-9].jpg", "d=[a.jpg]"));
    assertThat(c.value("a")).contains(List.of("mug", "red bowl", 1L));
    assertThat(c.value("b")).contains("[0-9].jpg");
    assertThat(c.value("d")).contains(List.of("a.jpg"));
  }

  @Test
  void wordsOfAListHoldWhatNamesHold() {
    Config c =
        Config.of(java.util.Map.of())
            .override(
                List.of(
                    "a=[mug,bowl,]",
                    "b=[mug (blue), bowl ]",
                    "c=[don't,b]",
                    "d=[a/x.jpg, \"b,c\", 'it\\'s']",
                    "e=[2024-12,new]",
                    "f=[0x10,007,1.50,1e3]",
                    "g=[word,12,-3,0.5,True,None]",
                    "h=[a-z]*[0-9]"));
    assertThat(c.value("a")).contains(List.of("mug", "bowl"));
    assertThat(c.value("b")).contains(List.of("mug (blue)", "bowl"));
    assertThat(c.value("c")).contains(List.of("don't", "b"));
    assertThat(c.value("d")).contains(List.of("a/x.jpg", "b,c", "it's"));
    assertThat(c.value("e")).contains(List.of("2024-12", "new"));
    assertThat(c.value("f")).contains(List.of("0x10", "007", "1.50", "1e3"));
    assertThat(c.value("g")).contains(java.util.Arrays.asList("word", 12L, -3L, 0.5, true, null));
    assertThat(c.value("h")).contains("[a-z]*[0-9]");
  }

  @Test
  void aListWhoseItemsCantBeToldIsRefused() {
    java.util.Map.of(
            "[a,,b]", "item 2 of the list is empty",
            "[,]", "item 1 of the list is empty",
            "['a,b]", "no quote closes 'a,b; put each item into quotes",
            "['a' b,c]", "expected a comma behind 'a'; put each item into quotes",
            "[mug (a, b),c]", "where 'mug (a' ends as an item of the list can't be told",
            "[[a,b],c]", "where '[a' ends as an item of the list can't be told",
            "[a{1},c]", "where 'a{1}' ends as an item of the list can't be told")
        .forEach((list, message) ->
            assertThatThrownBy(
                    () -> Config.of(java.util.Map.of()).override(List.of("Global.key=" + list)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("-o Global.key=" + list + ": " + message));
  }

  @Test
  void readsYaml11AndLiterals() {
    Config global = Config.parse(YAML, "t").at("Global");
    assertThat(global.integer("octal")).isEqualTo(8);
    assertThat(global.integer("minutes")).isEqualTo(90);
    assertThat(global.flag("off_word")).isFalse();
    assertThat(global.number("tiny")).isEqualTo(0.001);
    assertThat(global.has("none")).isFalse();
    assertThat(global.integers("pair")).containsExactly(0, 1);
    assertThat(global.text("scale")).isEqualTo("1.0/255.0");
    assertThat(global.number("scale")).isEqualTo(1 / 255.0);
    assertThat(global.text("quoted")).isEqualTo("12");
    global.check();
  }

  @Test
  void namedListsHaveSettings() {
    List<Config.Named> losses = Config.parse(YAML, "t").at("Loss").named("Train");
    assertThat(losses).extracting(Config.Named::name).containsExactly("CELoss", "TripletLossV2");
    Config first = losses.getFirst().settings();
    assertThat(first.path()).isEqualTo("Loss.Train.0.CELoss");
    assertThat(first.number("tiny")).isEqualTo(0.001);
    assertThat(first.text("text")).isEqualTo("7");
    assertThat(losses.getLast().settings().keys()).isEmpty();
  }

  @Test
  void optionsReachIntoListsAndCreateLevels() {
    Config changed =
        Config.parse(YAML, "t")
            .override(List.of("Loss.Train.0.CELoss.weight=0.8/4", "New.level.key=[1, 'a', None]"));
    assertThat(changed.number("Loss.Train.0.CELoss.weight")).isEqualTo(0.2);
    assertThat(changed.value("New.level.key.1")).contains("a");
    assertThat(changed.notes())
        .containsExactly(
            "A new Series field (New) detected!",
            "A new Series field (level) detected!",
            "A new field (key) detected!");
    assertThat(Config.parse(YAML, "t").notes()).isEmpty();
  }

  @Test
  void optionsNeverRunCode() {
    for (String value :
        List.of("__import__('os')", "max", "open('x')", "1 if True else 2", "9**9", "[].append")) {
      Config c = Config.of(java.util.Map.of()).override(List.of("a=" + value));
      assertThat(c.text("a")).isEqualTo(value);
    }
  }

  @Test
  void allBadOptionsAreReported() {
    assertThatThrownBy(() ->
            Config.parse(YAML, "t")
                .override(List.of("Global.epochs", "a=b=c", "Loss.Train.9=1", "Global.epochs.x=1")))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(4))
        .hasMessageContaining("Loss.Train is a list of 2");
  }

  @Test
  void allProblemsAreCollectedWithFullPaths() {
    Config config = Config.parse(YAML, "t");
    Config global = config.at("Global");
    global.integer("scale");
    global.text("missing");
    config.at("Loss.Train.0.CELoss").allow("weight", "tiny");
    assertThatThrownBy(config::check)
        .isInstanceOfSatisfying(
            ConfigException.class,
            e ->
                assertThat(e.problems())
                    .containsExactly(
                        "Global.scale: expected a whole number, found the text '1.0/255.0' (line"
                            + " 9)",
                        "Global.missing: missing, expected a text (line 1)",
                        "Loss.Train.0.CELoss.text: unknown; known here: weight, tiny (line 16)"));
    config.check();
  }

  @Test
  void aKeyThatIsRefusedIsRefusedAgainAndCountsAsUnread() {
    Config config = Config.parse("Arch:\n  name: a\n  widht: 3\n  deep: {x: 1}\n", "t");
    for (int reading = 0; reading < 2; reading++) {
      Config section = config.at("Arch").apart();
      section.text("name");
      section.integer("width", 8);
      section.refuseUnread("a");
      assertThatThrownBy(section::check)
          .isInstanceOfSatisfying(
              ConfigException.class,
              e ->
                  assertThat(e.problems())
                      .containsExactly(
                          "Arch.widht: is no setting of a. It has: name, width (line 3)",
                          "Arch.deep: is no setting of a. It has: name, width (line 4)"));
    }
    assertThat(config.unread()).isEmpty(); // it is told already
    assertThat(config.settings()).filteredOn(s -> !s.read()).hasSize(2);
  }

  @Test
  void theFirstDefaultIsTheOneThatIsTold() {
    Config config = Config.parse("a: 1\n", "t");
    config.integer("batch", 64);
    config.integer("batch", 1);
    assertThat(config.settings())
        .extracting(s -> s.path() + s.value())
        .containsExactly("a1", "batch64");
  }

  @Test
  void tellsWhereEachSettingComesFrom() {
    Config config =
        Config.parse("Global:\n  epochs: 3\n  seed: 1\n  list:\n    - {a: 1}\n", "t")
            .override(List.of("Global.seed=7"));
    config.at("Global").integer("epochs", 1);
    config.at("Global").integer("seed", 42);
    config.at("Global").flag("eval", true);
    assertThat(config.settings())
        .extracting(s -> s.path() + " " + s.value() + " " + s.origin() + " " + s.line() + s.read())
        .containsExactly(
            "Global.epochs 3 FILE OptionalInt[2]true",
            "Global.seed 7 OPTION OptionalInt.emptytrue",
            "Global.list.0.a 1 FILE OptionalInt[5]false",
            "Global.eval true DEFAULT OptionalInt.emptytrue");
  }

  @Test
  void writesItselfBack() {
    Config config =
        Config.parse(YAML, "t")
            .override(
                List.of(
                    "a='12'",
                    "b='1e-3'",
                    "c=1e-20",
                    "d=['x: y', '# no', 1e300]",
                    "e= x",
                    "f.g='it\\'s'"));
    assertThat(Config.parse(config.toYaml(), "again")).isEqualTo(config);
  }

  @Test
  void refusesWhatIsNoConfiguration() {
    assertThatThrownBy(() -> Config.parse("a: !!python/object:os.system x", "t"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("t:1");
    assertThatThrownBy(() -> Config.parse("a: 1\nb: 2\na: 3", "t"))
        .hasMessageContaining("t:3: a: given twice");
    assertThatThrownBy(() -> Config.parse("a: [1", "t")).hasMessageContaining("not YAML");
    assertThatThrownBy(() -> Config.parse("&a a: *a\nb: &b [*b]", "t"))
        .isInstanceOf(ConfigException.class);
    String bomb = "a: &a [1,1,1,1,1,1,1,1,1,1]\n";
    for (char c = 'b'; c < 'h'; c++) {
      bomb += c + ": &" + c + " [" + ("*" + (char) (c - 1) + ",").repeat(10) + "]\n";
    }
    String expanding = bomb;
    assertThatThrownBy(() -> Config.parse(expanding, "t")).isInstanceOf(ConfigException.class);
  }

  @Test
  void severalReadersReportTogether() {
    Config config = Config.parse(YAML, "t");
    assertThatThrownBy(() ->
            Config.all(() -> config.at("Optimizer").check(), () -> config.at("DataLoader").check()))
        .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.problems()).hasSize(2));
  }

  @Test
  void keysThatNobodyAskedForAreKnown() {
    Config config =
        Config.parse(
                """
                Global: {epochs: 2, image_shape: [3, 8, 8], other: 1}
                Loss: {Train: [CELoss: {weight: 1.0, extra: 2}]}
                Metric: {Eval: [mAP: ]}
                EMA: {decay: 0.9}
                Taken: {by: {somebody: else}}
                """,
                "t")
            .override(
                List.of(
                    "Global.epoch=3",
                    "Global.image_shape.1=16",
                    "Global.seed=5",
                    "Loss.Train.0.CELoss.wieght=2",
                    "Taken.by.nobody=1",
                    "EMA=None",
                    "Gobal.epochs=1"));
    Config global = config.at("Global");
    assertThat(global.integer("epochs")).isEqualTo(2);
    assertThat(global.optionalLong("seed")).hasValue(5);
    config.at("Loss").named("Train").getFirst().settings().number("weight", 1);
    config.at("Metric").named("Eval");
    assertThat(config.has("EMA")).isFalse();
    assertThat(config.value("Taken.by")).isPresent();
    assertThat(config.unread())
        .containsExactly(
            "Global.image_shape",
            "Global.other",
            "Global.epoch",
            "Loss.Train.0.CELoss.extra",
            "Loss.Train.0.CELoss.wieght",
            "Gobal.epochs");
    assertThat(config.unreadOptions())
        .containsExactly(
            "Global.epoch", "Global.image_shape", "Loss.Train.0.CELoss.wieght", "Gobal.epochs");
    assertThat(global.integers("image_shape")).containsExactly(3, 16, 8);
    assertThat(config.unreadOptions()).doesNotContain("Global.image_shape");
    assertThat(config.notes()).hasSize(6);
    assertThat(config.isRead("Global")).isTrue();
    assertThat(config.isRead("Global.epoch")).isFalse();
    assertThat(config.isRead("Glob")).isFalse();
    assertThat(config.nearest("Global.epoch")).contains("Global.epochs");
    assertThat(config.nearest("Gobal.epochs")).contains("Global.epochs");
    assertThat(config.nearest("Loss.Train.0.CELoss.wieght")).contains("Loss.Train.0.CELoss.weight");
    assertThat(config.nearest("epochs")).contains("Global.epochs");
    assertThat(config.nearest("something.else_altogether")).isEmpty();
  }

  @Test
  void problemsOfACopyThatIsReadApartAreItsOwn() {
    Config config = Config.parse("Optimizer: {lr: {rate: 1}, other: 2}", "t");
    Config apart = config.apart();
    apart.at("Optimizer.lr").number("learning_rate");
    assertThatThrownBy(apart::check).hasMessageContaining("Optimizer.lr.learning_rate");
    config.check();
    assertThat(config.nearest("Optimizer.lr.learning_rat")).contains("Optimizer.lr.learning_rate");
  }
}
