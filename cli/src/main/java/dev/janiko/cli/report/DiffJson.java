package dev.janiko.cli.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.janiko.builder.compare.Difference;
import dev.janiko.builder.compare.Differences;
import dev.janiko.builder.compare.IndexedImage;
import dev.janiko.builder.compare.IndexedLayer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Differences for programs. Sizes are in bytes; what one side does not have is left out. */
public final class DiffJson {
  private DiffJson() {}

  /** Writes one JSON object and a line end. */
  public static String of(Differences differences) {
    StringWriter text = new StringWriter();
    try (JsonGenerator to = new JsonFactory().createGenerator(text)) {
      to.writeStartObject();
      write(to, differences);
      to.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to", e);
    }
    return text.append('\n').toString();
  }

  /** Writes the members of the object. */
  static void write(JsonGenerator to, Differences differences) throws IOException {
    to.writeBooleanField("equal", differences.none());
    to.writeNumberField("ignored", differences.ignored());
    to.writeFieldName("a");
    image(to, differences.images().left());
    to.writeFieldName("b");
    image(to, differences.images().right());
    to.writeArrayFieldStart("differences");
    for (Difference difference : differences.found()) {
      difference(to, difference);
    }
    to.writeEndArray();
  }

  private static void image(JsonGenerator to, IndexedImage image) throws IOException {
    to.writeStartObject();
    to.writeStringField("name", image.name());
    to.writeStringField("id", image.id().toString());
    to.writeNumberField("size", image.size());
    to.writeArrayFieldStart("layers");
    List<String> made = image.instructions();
    for (int i = 0; i < image.layers().size(); i++) {
      IndexedLayer layer = image.layers().get(i);
      to.writeStartObject();
      to.writeStringField("digest", layer.blob().digest().toString());
      to.writeStringField("diffId", layer.index().diffId().toString());
      to.writeNumberField("size", layer.blob().size());
      to.writeNumberField("entries", layer.index().entries().size());
      to.writeStringField("instruction", made.get(i));
      to.writeEndObject();
    }
    to.writeEndArray();
    to.writeEndObject();
  }

  private static void difference(JsonGenerator to, Difference difference) throws IOException {
    to.writeStartObject();
    to.writeStringField("area", difference.area().name().toLowerCase(Locale.ROOT));
    to.writeStringField("subject", difference.subject());
    to.writeStringField("attribute", difference.attribute());
    side(to, "a", difference.left(), difference.leftOrigin());
    side(to, "b", difference.right(), difference.rightOrigin());
    to.writeEndObject();
  }

  private static void side(
      JsonGenerator to, String name, Optional<String> value, Optional<Difference.Origin> origin)
      throws IOException {
    if (value.isPresent()) {
      to.writeStringField(name, value.get());
    }
    if (origin.isPresent()) {
      to.writeObjectFieldStart(name + "From");
      to.writeNumberField("layer", origin.get().layer());
      to.writeStringField("instruction", origin.get().instruction());
      to.writeEndObject();
    }
  }
}
