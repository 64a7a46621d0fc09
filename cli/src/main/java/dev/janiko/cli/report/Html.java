package dev.janiko.cli.report;

import java.util.Locale;

/** A page of HTML that grows; it needs no script, no font and no network. */
final class Html {
  private static final String STYLE =
      """
      :root{--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--a:#0a53a8;--b:#9a4a00;--good:#0b6b2f;\
      --bad:#b42318;--back:#fff;--tint:#f6f8fa}
      *{box-sizing:border-box}
      body{margin:0;background:var(--back);color:var(--ink);\
      font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
      main{max-width:1180px;margin:0 auto;padding:1rem}
      h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
      h3{font-size:1rem;margin:1rem 0 .25rem}
      .verdict{font-size:1.25rem;font-weight:600;padding:.75rem 1rem;border-radius:.5rem;\
      border:2px solid}
      .good{color:var(--good);border-color:var(--good)}.bad{color:var(--bad);border-color:var(--bad)}
      .scroll{overflow-x:auto}
      table{border-collapse:collapse;width:100%}
      th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid var(--line)}
      th{color:var(--soft);font-weight:600}
      td,th{overflow-wrap:anywhere}
      td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
      td.t,code{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.85rem;\
      overflow-wrap:anywhere}
      td.g{width:40%;min-width:8rem}
      .track{position:relative;height:1rem;background:var(--tint);border-radius:.2rem}
      .bar{position:absolute;top:0;height:100%;min-width:2px;background:var(--a);border-radius:.2rem}
      .b .bar{background:var(--b)}.old .bar{background:var(--soft)}.lost .bar{background:var(--bad)}
      details{margin:.15rem 0 .15rem .75rem}summary{cursor:pointer;overflow-wrap:anywhere}
      summary:focus-visible{outline:3px solid var(--a)}
      .leaf{margin:.25rem 0 .5rem 1.5rem}.leaf p{margin:0}
      .note{color:var(--soft);font-size:.9rem;margin:.25rem 0}
      dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem .75rem;margin:.25rem 0}
      dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
      @media(max-width:640px){.bars tr{display:grid;grid-template-columns:1fr auto auto}\
      .bars td,.bars th{border:0}.bars tr{border-bottom:1px solid var(--line)}\
      .bars td.g{grid-column:1/-1;width:100%}.bars th.g{display:none}h1{font-size:1.25rem}\
      th,td{padding:.25rem .3rem}dl{grid-template-columns:1fr}dd{margin-bottom:.3rem}}
      """;

  private final StringBuilder text = new StringBuilder();

  /** Begins a page. */
  Html(String title) {
    text.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
        .append("<meta http-equiv=\"Content-Security-Policy\" ")
        .append("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">")
        .append("<link rel=\"icon\" href=\"data:,\">")
        .append("<title>")
        .append(escaped(title))
        .append("</title><style>\n")
        .append(STYLE)
        .append("</style></head>\n<body><main>\n");
  }

  /** Text as it is written in HTML, in elements and in quoted attributes. */
  static String escaped(String plain) {
    return Words.printable(plain)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Adds markup as it is. */
  Html raw(String markup) {
    text.append(markup);
    return this;
  }

  /** Adds text. */
  Html text(String plain) {
    text.append(escaped(plain));
    return this;
  }

  /** Adds an element with text in it. */
  Html element(String tag, String plain) {
    String name = tag.split(" ", 2)[0];
    return raw("<" + tag + ">").text(plain).raw("</" + name + ">");
  }

  /** Adds a bar; numbers beside it say the same, so that nobody needs to see it. */
  Html bar(double from, double length) {
    return raw(
        String.format(
            Locale.ROOT,
            "<div class=\"track\" aria-hidden=\"true\"><div class=\"bar\""
                + " style=\"left:%.2f%%;width:%.2f%%\"></div></div>",
            Math.clamp(from * 100, 0, 100),
            Math.clamp(length * 100, 0, 100)));
  }

  /** Ends the page. */
  String end() {
    return text.append("</main></body></html>\n").toString();
  }
}
