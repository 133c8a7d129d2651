package ai.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import tools.jackson.databind.JsonNode;

/// What every command has in common: help, options, and what becomes of wrong ones.
class UsageTest {
  /// The words of every command, those that group others too.
  static Stream<List<String>> commands() {
    return below(Main.commandLine(), List.of());
  }

  private static Stream<List<String>> below(CommandLine line, List<String> words) {
    return line.getSubcommands().entrySet().stream()
        .flatMap(e -> {
          List<String> name = new ArrayList<>(words);
          name.add(e.getKey());
          return Stream.concat(Stream.of(name), below(e.getValue(), name));
        });
  }

  static CommandLine command(List<String> words) {
    CommandLine line = Main.commandLine();
    for (String word : words) {
      line = line.getSubcommands().get(word);
    }
    return line;
  }

  static Ran run(List<String> words, String... more) {
    return Ran.run(Stream.concat(words.stream(), Arrays.stream(more)).toArray());
  }

  private static void isWrongUsage(Ran ran) {
    ran.ends(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines().findFirst().orElseThrow()).startsWith("fovea: ");
    assertThat(ran.err()).contains("Usage: fovea").doesNotContainPattern(JAVA);
  }

  private static final String JAVA = "\\b(?:java|ai)\\.\\w|\\bint\\b|\\bdouble\\b|Exception";

  private static void saysWhatIsWrong(Ran ran) {
    ran.ends(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err().lines().findFirst().orElseThrow()).startsWith("fovea: ");
    assertThat(ran.err()).contains("--help'").doesNotContainPattern(JAVA);
  }

  @Test
  void nothingAtAllShowsTheHelp() {
    isWrongUsage(Ran.run());
    isWrongUsage(Ran.run("gallery"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsWholeAtAnyWidth(List<String> words) {
    CommandLine line = command(words);
    String first = line.getCommandSpec().usageMessage().description()[0];
    assertThat(first).as("what the list of commands shows is a whole sentence").endsWith(".");
    for (int columns : new int[] {60, 80, 140}) {
      String help = line.setUsageHelpWidth(columns).getUsageMessage();
      String flat = help.replaceAll("\\s+", ""); // lines are broken behind full stops too
      assertThat(flat).contains(first.replaceAll("\\s+", ""));
      for (OptionSpec option : line.getCommandSpec().options()) {
        for (String text : option.description()) {
          assertThat(flat)
              .as(option.longestName())
              .contains(text.split("\\(default")[0].replaceAll("\\s+", ""));
        }
      }
      assertThat(help.lines().takeWhile(l -> !l.isEmpty()))
          .allSatisfy(l -> assertThat(l.length()).isLessThanOrEqualTo(columns));
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsShownByEitherWord(List<String> words) {
    List<String> other = new ArrayList<>(List.of("help"));
    other.addAll(words);
    assertThat(Ran.run(other.toArray()).ends(0).out())
        .isEqualTo(run(words, "--help").ends(0).out());
  }

  /// Commands that are not only stood for.
  static Stream<List<String>> present() {
    return commands().filter(w -> !(command(w).getCommand() instanceof TrainingElsewhere));
  }

  @ParameterizedTest
  @MethodSource("present")
  void unknownOptionsAreWrongUsage(List<String> words) {
    saysWhatIsWrong(run(words, "--no-such-option"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void optionsThatContradictEachOtherAreWrongUsage(List<String> words) {
    Ran ran = run(complete(words), "--quiet", "--verbose").ends(2);
    if (!words.equals(List.of("completion")) && !words.equals(List.of("help"))) {
      assertThat(ran.err()).contains("--quiet and --verbose");
    }
  }

  /// A command with something for all that it can't do without.
  static List<String> complete(List<String> words) {
    List<String> all = new ArrayList<>(words);
    for (int i = 0; i < required(words); i++) {
      all.add("1");
    }
    command(words).getCommandSpec().options().stream()
        .filter(OptionSpec::required)
        .forEach(o -> all.addAll(List.of(o.longestName(), "1")));
    return all;
  }

  private static int required(List<String> words) {
    return command(words).getCommandSpec().positionalParameters().stream()
        .mapToInt(p -> p.arity().min())
        .sum();
  }

  @ParameterizedTest
  @MethodSource("present")
  void valuesThatAreMissingOrNoNumbersAreWrongUsage(List<String> words) {
    for (OptionSpec option : command(words).getCommandSpec().options()) {
      if (option.arity().min() > 0) {
        saysWhatIsWrong(run(words, option.longestName()));
        Class<?> type = Optional.of(option.auxiliaryTypes()[0]).orElseThrow();
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
          Ran ran = run(words, option.longestName(), "many");
          saysWhatIsWrong(ran);
          assertThat(ran.err()).contains(option.longestName()).contains("number");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("present")
  void valuesThatNoCommandCanMeanAreWrongUsage(List<String> words) {
    List<String> all = new ArrayList<>(words);
    for (int i = 0; i < required(words); i++) {
      all.add("1");
    }
    command(words).getCommandSpec().options().stream()
        .filter(OptionSpec::required)
        .forEach(o -> all.addAll(List.of(o.longestName(), "1")));
    for (OptionSpec option : command(words).getCommandSpec().options()) {
      Class<?> type = option.auxiliaryTypes()[0];
      if (option.arity().min() > 0) {
        saysWhatIsWrong(run(all, option.longestName(), ""));
      }
      if (type == Double.class || type == double.class || type == Float.class) {
        saysWhatIsWrong(run(all, option.longestName(), "NaN"));
        saysWhatIsWrong(run(all, option.longestName(), "Infinity"));
      }
      if (option.longestName().equals("--threads")) {
        saysWhatIsWrong(run(all, "--threads", "-1"));
      }
      if (option.longestName().equals("--false-accept-rate")) {
        saysWhatIsWrong(run(all, "--false-accept-rate", "0"));
        saysWhatIsWrong(run(all, "--false-accept-rate", "1"));
      }
    }
  }

  @Test
  void anUnknownCommandIsCalledSo() {
    assertThat(Ran.run("recognise").ends(2).err())
        .startsWith("fovea: there is no command 'recognise'")
        .contains("Did you mean: fovea recognize");
    assertThat(Ran.run("gallery", "biuld", "g").ends(2).err())
        .startsWith("fovea: there is no command 'biuld'");
  }

  @Test
  void severalFindingsAreSeveralLines() {
    Ran ran =
        Ran.run("gallery", "build", "g", "--threads=-1", "--false-accept-rate=2", "p").ends(2);
    assertThat(ran.err().lines().filter(l -> l.startsWith("fovea: "))).hasSize(2);
    Ran both = Ran.run("gallery", "add", "g", "p", "--threshold=0.5", "--false-accept-rate=0.1");
    assertThat(both.ends(2).err()).contains("--threshold and --false-accept-rate contradict");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "recognise",
        "gallery biuld",
        "help nothing",
        "help gallery nothing",
        "completion fish",
        "recognize --gallery",
        "predict --topk 0 a.jpg"
      })
  void wrongUsageIsADocumentForProgramsToo(String line) {
    saysWhatIsWrong(Ran.run((Object[]) line.split(" ")));
    Ran ran = Ran.run((Object[]) ("--json " + line).split(" "));
    assertError(ran, 2);
    assertError(Ran.run((Object[]) (line + " --json").split(" ")), 2);
  }

  @Test
  void failuresAreOneDocumentForPrograms() {
    Ran ran = Ran.run("predict", "--json", "--model", "no-such-model", "nowhere.jpg");
    assertThat(assertError(ran, 1).at("/error/message").asString()).contains("no-such-model");
  }

  private static JsonNode assertError(Ran ran, int exit) {
    ran.ends(exit);
    JsonNode document = ran.json();
    assertThat(document.path("exit").asInt()).isEqualTo(exit);
    assertThat(document.at("/error/message").asString()).isNotBlank();
    assertThat(document.at("/error/problems").size()).isPositive();
    return document;
  }

  @Test
  void everyCommandIsListedThoughItsLibraryIsNotThere() {
    assertThat(Ran.run("--help").ends(0).out())
        .contains("  train ", "  eval ", "  infer ", "  export ", "  gallery ", "  doctor ");
    Ran.run("train", "-c", "recipe.yaml", "-o", "Global.epochs=1").failsWith("fovea-cli-train");
  }

  @Test
  void theShellCompletesCommandsAndOptions() {
    String bash = Ran.run("completion", "bash").ends(0).out();
    assertThat(bash).contains("gallery", "recognize", "--threshold", "complete ");
    assertThat(Ran.run("completion", "zsh").ends(0).out()).contains("ZSH_VERSION");
  }

  @Test
  void optionsOfEveryCommandMayStandBeforeIt() {
    assertThat(Ran.run("--json", "models", "PPLCNet_x0_25").ends(0).json().path("models"))
        .hasSize(1);
    assertThat(Ran.run("-v", "models", "PPLCNet_x0_25").ends(0).err()).contains("exit status 0");
    assertThat(Ran.run("gallery", "--json", "info", "gone").ends(1).json().at("/exit").asInt())
        .isEqualTo(1);
    assertThat(Ran.run("-q", "-v", "models").ends(2).err()).contains("--quiet and --verbose");
    isWrongUsage(Ran.run("-v"));
    assertThat(Ran.run("--json").ends(2).json().at("/exit").asInt()).isEqualTo(2);
    assertThat(Ran.run("-v", "nosuch").ends(2).err()).contains("there is no command 'nosuch'");
    assertThat(Ran.run("-v", "--help").ends(0).out()).contains("Usage: fovea");
    // What only some commands have stays where it is.
    saysWhatIsWrong(Ran.run("--threads", "1", "predict", "a.jpg"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void examplesCanBePasted(List<String> words) {
    CommandLine line = command(words).setUsageHelpWidth(60);
    List<String> help = line.getUsageMessage().lines().toList();
    for (String text : line.getCommandSpec().usageMessage().footer()) {
      if (text.contains("fovea ")) {
        assertThat(help).contains(text);
      }
    }
  }

  @Test
  void choicesAreNamedAsTheyAreTyped() {
    assertThat(Ran.run("completion", "fish").ends(2).err())
        .contains("expected bash or zsh but was");
    assertThat(Ran.run("gallery", "export", "g", "o", "--as", "csv").ends(2).err())
        .contains("expected jsonl, list, folder, faiss, paddlex or cpp but was");
    assertThat(Ran.run("completion", "bash").ends(0).out())
        .contains("\"jsonl\" \"list\" \"folder\" \"faiss\" \"paddlex\" \"cpp\"");
  }

  @Test
  void aNarrowTerminalIsNoObstacle() {
    for (int columns : new int[] {1, 40, 54, 55}) {
      String help = Main.commandLine().setUsageHelpWidth(Main.helpWidth(columns)).getUsageMessage();
      assertThat(help).as("%d columns", columns).contains("recognize");
    }
    assertThat(Main.helpWidth(140)).isEqualTo(140);
  }
}
