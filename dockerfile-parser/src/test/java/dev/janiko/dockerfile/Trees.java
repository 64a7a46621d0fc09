package dev.janiko.dockerfile;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Trees as text without places, so that two can be compared for meaning. */
final class Trees {
  private Trees() {}

  static String describe(Dockerfile dockerfile) {
    return dockerfile.escape()
        + "\n"
        + dockerfile.globalArgs().stream().map(Trees::value).collect(Collectors.joining("\n"))
        + "\n"
        + dockerfile.stages().stream().map(Trees::value).collect(Collectors.joining("\n"));
  }

  private static String value(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Source source -> source.keyword() + source.comments();
      case Optional<?> optional -> optional.map(Trees::value).orElse("-");
      case List<?> list ->
          list.stream().map(Trees::value).collect(Collectors.joining(", ", "[", "]"));
      case Record record -> record(record);
      default -> "<" + value + ">";
    };
  }

  private static String record(Record record) {
    StringBuilder out = new StringBuilder(record.getClass().getSimpleName()).append('(');
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        out.append(component.getName())
            .append('=')
            .append(value(component.getAccessor().invoke(record)))
            .append(' ');
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }
    return out.append(")\n").toString();
  }
}
