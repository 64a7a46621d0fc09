package dev.janiko.cli.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest has the fields that its kind has, and no name in it leads nowhere. */
final class ManifestsTest {
  static Stream<Path> files() throws IOException {
    return Manifests.files().stream().map(Manifests.folder()::relativize);
  }

  @ParameterizedTest
  @MethodSource("files")
  void fieldsAreThoseOfTheirKind(Path file) {
    for (Object document : Manifests.documents(Manifests.text(file.toString()))) {
      Shape shape =
          file.toString().contains("gitlab")
              ? Schemas.GITLAB
              : Schemas.KINDS.get(
                  Manifests.at(document, "apiVersion") + " " + Manifests.at(document, "kind"));
      assertThat(shape).as("the kind of %s", file).isNotNull();
      if (shape != null) {
        assertThat(shape.errors(document)).as("%s", file).isEmpty();
      }
    }
  }

  @Test
  void whatIsWrongIsFound() {
    String wrong =
        Manifests.text("kubernetes/pod.yaml")
            .replace("restartPolicy", "restartpolicy")
            .replace("memory: 2Gi", "memory: much")
            .replace("mountPath: /workspace", "mountPath: workspace");
    Shape pod = Schemas.KINDS.get("v1 Pod");
    assertThat(pod).isNotNull();
    if (pod != null) {
      assertThat(pod.errors(Manifests.documents(wrong).getFirst()))
          .anyMatch(error -> error.contains("restartpolicy is no field"))
          .anyMatch(error -> error.contains("much"))
          .anyMatch(error -> error.contains("workspace is not"));
    }
  }

  private static void collect(Object value, String field, Set<String> found) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> {
        if (key.equals(field) && inner instanceof List<?> list) {
          list.forEach(one -> found.add(String.valueOf(Manifests.at(one, "name"))));
        }
        collect(inner, field, found);
      });
    } else if (value instanceof List<?> list) {
      list.forEach(inner -> collect(inner, field, found));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyMountHasItsVolume(Path file) {
    for (Object document : Manifests.documents(Manifests.text(file.toString()))) {
      Set<String> mounted = new TreeSet<>();
      Set<String> volumes = new TreeSet<>();
      collect(document, "volumeMounts", mounted);
      collect(document, "volumes", volumes);
      assertThat(mounted).as("%s", file).isEqualTo(volumes);
    }
  }

  @Test
  void variablesOfTasksAreDeclared() throws IOException {
    for (String name : List.of("tekton/task.yaml", "tekton/task-dind.yaml")) {
      String text = Manifests.text(name);
      Object spec = Manifests.at(Manifests.documents(text).getFirst(), "spec");
      Matcher used =
          Pattern.compile("\\$\\((params|workspaces|results)\\.([A-Za-z_]+)").matcher(text);
      while (used.find()) {
        Object declared = Manifests.at(spec, used.group(1));
        assertThat(((List<?>) declared).stream().map(one -> Manifests.at(one, "name")))
            .as("%s: %s", name, used.group())
            .anyMatch(used.group(2)::equals);
      }
    }
    assertThat(Files.readString(Manifests.folder().resolve("jenkins/Jenkinsfile")))
        .contains("-debug");
  }

  @Test
  void thePodOfJenkinsIsOne() {
    String text = Manifests.text("jenkins/Jenkinsfile");
    String yaml = text.substring(text.indexOf("yaml '''") + 8, text.lastIndexOf("'''"));
    Shape pod = Schemas.KINDS.get("v1 Pod");
    assertThat(pod).isNotNull();
    if (pod != null) {
      Object document = Manifests.documents(yaml.stripIndent()).getFirst();
      assertThat(pod.errors(document)).containsExactly(".metadata is missing");
    }
  }
}
