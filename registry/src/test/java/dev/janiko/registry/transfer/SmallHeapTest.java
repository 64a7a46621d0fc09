package dev.janiko.registry.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.client.RegistryClient;
import dev.janiko.registry.client.TransferListener;
import dev.janiko.registry.support.HugeImage;
import dev.janiko.registry.transfer.ImageTransfer.Change;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A layer larger than the heap goes through. {@code -Djaniko.huge=5368709120} makes it 5 GiB. */
final class SmallHeapTest {
  private static final long SIZE = Long.getLong("janiko.huge", 400L << 20);
  private static final int HEAP_MEGABYTES = 64;
  private static final int DIRECT_MEGABYTES = 16;

  @Test
  void layersAreNeverHeldWhole() throws Exception {
    try (HugeImage source = HugeImage.start(SIZE);
        HugeImage target = HugeImage.start(SIZE)) {
      long start = System.nanoTime();
      String said = copyInAnotherRuntime(source.host() + "/huge:1", target.host() + "/huge:1");
      System.out.printf(
          "small heap: a layer of %d MiB through %d MiB of heap in %d ms; %s%n",
          SIZE >> 20, HEAP_MEGABYTES, (System.nanoTime() - start) / 1_000_000, said.strip());
      assertThat(target.taken()).isGreaterThan(SIZE);
      assertThat(target.wrong()).isZero();
    }
  }

  private static String copyInAnotherRuntime(String from, String to) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + HEAP_MEGABYTES + "m");
    command.add("-XX:MaxDirectMemorySize=" + DIRECT_MEGABYTES + "m");
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Copy.class.getName(), from, to));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Copies an image and says how much memory that took. */
  static final class Copy {
    private Copy() {}

    public static void main(String[] args) throws IOException {
      try (RegistryClient client =
              RegistryClient.create(
                  TransportOptions.of(Map.of()),
                  CredentialStore.anonymous(),
                  TransferListener.none());
          ImageTransfer transfer = ImageTransfer.create(client, client)) {
        transfer.copy(ImagePlace.parse(args[0]), List.of(ImagePlace.parse(args[1])), Change.NONE);
      }
      Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM"))
          .forEach(
              line -> System.out.println("peak of resident memory " + line.substring(6).strip()));
    }
  }
}
