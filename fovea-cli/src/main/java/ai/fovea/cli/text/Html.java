package ai.fovea.cli.text;

import ai.fovea.image.Image;
import ai.fovea.image.ImageEncoder;
import ai.fovea.image.ImageException;
import ai.fovea.image.Thumbnail;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// An HTML page that is complete in itself: no scripts, no links to anything outside, images inside.
public final class Html {
  private static final int SIDE = 150;
  private static final int QUALITY = 80;
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --back: #f6f7f9; --card: #fff; --text: #1d242c; --soft: #5d6875;
        --line: #e1e5ea; --good: #1a7f4b; --bad: #c0392b; --mark: #0072b2; }
      @media (prefers-color-scheme: dark) { :root { --back: #14181d; --card: #1d232a; --text: #e6eaee;
        --soft: #9aa6b2; --line: #313a44; --good: #57c58b; --bad: #ff8a7a; --mark: #6db7ea; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--back); color: var(--text);
        font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
      main { max-width: 1080px; margin: 0 auto; padding: 32px 20px 64px; }
      h1 { font-size: 1.7rem; margin: 0 0 4px; } h2 { font-size: 1.2rem; margin: 40px 0 12px; }
      p { margin: 0 0 12px; color: var(--soft); max-width: 75ch; overflow-wrap: anywhere; }
      .tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(165px, 1fr)); gap: 12px; margin: 20px 0; }
      .tile, .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
      .tile b { display: block; font-size: 1.6rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
      .tile span { display: block; color: var(--soft); font-size: .85rem; }
      .chart { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 8px; }
      .chart svg { width: 100%; max-width: 760px; height: auto; display: block; margin: 0 auto; }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
      th:first-child, td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; }
      th { color: var(--soft); font-weight: 600; font-size: .85rem; }
      .bar { display: inline-block; width: 90px; height: 8px; border-radius: 4px; background: var(--line); vertical-align: middle; }
      .bar i { display: block; height: 100%; border-radius: 4px; background: var(--mark); }
      .pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 12px; }
      .pair { display: flex; gap: 12px; } figure { margin: 0; flex: 1 1 0; min-width: 0; }
      figure img, .none { width: 100%; height: 150px; object-fit: contain; border-radius: 6px; background: var(--back); }
      .none { display: grid; place-items: center; color: var(--soft); font-size: .85rem; }
      figcaption { font-size: .85rem; overflow-wrap: anywhere; } figcaption span { color: var(--soft); display: block; }
      .good { color: var(--good); } .bad { color: var(--bad); }
      """;

  private final StringBuilder page = new StringBuilder();
  private final Map<String, String> images = new HashMap<>();

  /// A page with a title.
  public Html(String title) {
    page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .append(text(title))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head><body><main>\n<h1>")
        .append(text(title))
        .append("</h1>\n");
  }

  /// Appends markup.
  public Html add(String markup) {
    page.append(markup).append('\n');
    return this;
  }

  /// A text that can be put between and into tags.
  public static String text(String plain) {
    StringBuilder safe = new StringBuilder();
    plain
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '&' -> safe.append("&amp;");
            case '"' -> safe.append("&quot;");
            case '\'' -> safe.append("&#39;");
            default -> safe.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
          }
        });
    return safe.toString();
  }

  /// An image as a small copy inside the page, with what is said of it.
  ///
  /// @param caption markup
  public String image(Optional<String> source, String caption) {
    return "<figure>"
        + source.map(this::image).orElse("<div class=\"none\">no image</div>")
        + "<figcaption>"
        + caption
        + "</figcaption></figure>";
  }

  private String image(String source) {
    return images.computeIfAbsent(
        source,
        s -> {
          try {
            byte[] jpeg = ImageEncoder.jpeg(Thumbnail.of(Image.read(Path.of(s)), SIDE), QUALITY);
            return "<img alt=\""
                + text(s)
                + "\" title=\""
                + text(s)
                + "\" src=\"data:image/jpeg;base64,"
                + Base64.getEncoder().encodeToString(jpeg)
                + "\">";
          } catch (ImageException | IllegalArgumentException e) {
            return "<div class=\"none\" title=\"" + text(s) + "\">can't be read</div>";
          }
        });
  }

  /// The whole page.
  public String end() {
    return page + "</main></body></html>\n";
  }
}
