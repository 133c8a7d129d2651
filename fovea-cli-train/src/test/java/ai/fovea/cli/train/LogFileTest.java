package ai.fovea.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class LogFileTest {
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "others have no device that is always full")
  void aFullDiskIsToldOnceAndEndsNothing() {
    List<String> problems = new ArrayList<>();
    try (var file = new LogFile(Path.of("/dev/full"), List.of("settings"), problems::add)) {
      file.line("epoch 1");
      file.line("epoch 2");
    }
    assertThat(problems)
        .singleElement()
        .asString()
        .startsWith("/dev/full: lines of the log can't be written");
  }
}
