import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Checks (`check`) or rewrites (`write`) the layout of every Java source below the working folder.
/// Run by Maven in the selected JDK, because google-java-format needs the JDK that it formats for.
public class Format {
  public static void main(String[] args) throws Exception {
    boolean write = args[0].equals("write");
    var options =
        JavaFormatterOptions.builder().formatJavadoc(false).reorderModifiers(true).build();
    var formatter = new Formatter(options);
    List<Path> sources;
    try (var tree = Files.walk(Path.of(""))) {
      sources =
          tree.filter(p -> p.toString().endsWith(".java"))
              .filter(p -> !p.toString().contains("target"))
              .sorted()
              .toList();
    }
    var wrong = new ArrayList<Path>();
    for (Path source : sources) {
      String text = Files.readString(source);
      String formatted;
      try {
        formatted = formatter.formatSourceAndFixImports(text);
      } catch (Exception e) {
        System.err.println(source + ": " + e.getMessage());
        wrong.add(source);
        continue;
      }
      if (!formatted.equals(text)) {
        if (write) {
          Files.writeString(source, formatted);
        } else {
          wrong.add(source);
        }
      }
    }
    if (!wrong.isEmpty()) {
      System.err.println("Not formatted (mvn -Dformat process-sources rewrites them):");
      wrong.forEach(p -> System.err.println("  " + p));
      System.exit(1);
    }
  }
}
