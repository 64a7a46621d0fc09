import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * {@code Delay PORT MILLISECONDS}: hands on what comes to a port of this machine to another, what clients send so much
 * later; prints its own port. Each piece is late by itself, so that the width of the line stays what it is.
 */
final class Delay {
  private record Piece(long due, byte[] bytes) {}

  private Delay() {}

  public static void main(String[] args) throws IOException {
    int behind = Integer.parseInt(args[0]);
    long nanos = Long.parseLong(args[1]) * 1_000_000;
    try (ServerSocket server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress())) {
      System.out.println(server.getLocalPort());
      while (true) {
        Socket outer = server.accept();
        Socket inner = new Socket(InetAddress.getLoopbackAddress(), behind);
        outer.setTcpNoDelay(true);
        inner.setTcpNoDelay(true);
        handOn(outer, inner, nanos);
        handOn(inner, outer, 0);
      }
    }
  }

  private static void handOn(Socket from, Socket to, long nanos) {
    BlockingQueue<Piece> queue = new LinkedBlockingQueue<>();
    Thread.ofVirtual().start(() -> read(from, queue, nanos));
    Thread.ofVirtual().start(() -> write(to, queue));
  }

  private static void read(Socket from, BlockingQueue<Piece> queue, long nanos) {
    byte[] buffer = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        queue.add(new Piece(System.nanoTime() + nanos, Arrays.copyOf(buffer, n)));
      }
    } catch (IOException e) {
      // As good as an end.
    }
    queue.add(new Piece(System.nanoTime() + nanos, new byte[0]));
  }

  private static void write(Socket to, BlockingQueue<Piece> queue) {
    try (to) {
      OutputStream out = to.getOutputStream();
      for (Piece piece = queue.take(); piece.bytes().length > 0; piece = queue.take()) {
        long wait = piece.due() - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
        out.write(piece.bytes());
        out.flush();
      }
    } catch (IOException | InterruptedException e) {
      // The other side has gone.
    }
  }
}
