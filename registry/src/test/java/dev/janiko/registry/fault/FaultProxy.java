package dev.janiko.registry.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A proxy in front of a registry that wants tokens, and does to each request what the fault says
 * that is drawn for it.
 */
public final class FaultProxy implements AutoCloseable {
  private static final int SLOW_BYTES = 25;

  private final int upstream;
  private final double rate;
  private final long patienceMillis;
  private final Random random;
  private final RequestRules rules;
  private final ServerSocket server;
  private final AtomicInteger generation = new AtomicInteger(1);

  /**
   * Starts a proxy.
   *
   * @param upstream the registry's port on this machine
   * @param seed what decides which request fails how
   * @param rate how many of the requests fail, from 0 to 1
   * @param patienceMillis how long the client waits for a byte
   */
  public FaultProxy(int upstream, long seed, double rate, long patienceMillis) throws IOException {
    this.upstream = upstream;
    this.rate = rate;
    this.patienceMillis = patienceMillis;
    this.random = new Random(seed);
    this.rules = new RequestRules();
    this.server = new ServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  public String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  public RequestRules rules() {
    return rules;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private synchronized Fault draw(Message request) {
    if (random.nextDouble() >= rate) {
      return Fault.NONE;
    }
    Fault[] all = Fault.values();
    Fault fault = all[random.nextInt(all.length)];
    return switch (fault) {
      case DROPPED_MOUNT -> request.target().contains("mount=") ? fault : Fault.NONE;
      case BAD_RANGE -> request.method().equals("PATCH") ? fault : Fault.NONE;
      default -> fault;
    };
  }

  private synchronized int tenths() {
    return random.nextInt(10);
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = new BufferedOutputStream(socket.getOutputStream());
      boolean on = true;
      while (on) {
        Optional<Message> request = Message.read(in);
        on = request.isPresent() && answer(new Exchange(socket, in, out, request.get()));
        out.flush();
      }
    } catch (IOException e) {
      // The client has gone, or was meant to.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private record Exchange(Socket socket, InputStream in, OutputStream out, Message request) {
    byte[] body() throws IOException {
      byte[] body = in.readNBytes(Math.toIntExact(request.length()));
      if (body.length < request.length()) {
        throw new IOException("the client ended in its body");
      }
      return body;
    }
  }

  private static final class Answer {
    private final Message head;
    private final byte[] body;

    Answer(Message head, byte[] body) {
      this.head = head;
      this.body = body;
    }

    Message head() {
      return head;
    }

    byte[] body() {
      return body;
    }
  }

  /** Whether the connection can serve again. */
  private boolean answer(Exchange exchange) throws IOException, InterruptedException {
    Message request = exchange.request();
    if (request.target().startsWith("/token")) {
      return token(exchange);
    }
    Fault fault = draw(request);
    return switch (fault) {
      case RESET_IN_REQUEST -> {
        byte[] part = exchange.in().readNBytes(Math.toIntExact(request.length() * tenths() / 10));
        sendPart(request, part);
        yield reset(exchange.socket());
      }
      case EXPIRED -> {
        generation.incrementAndGet();
        yield unauthorized(exchange);
      }
      default -> authorized(request) ? answer(exchange, fault) : unauthorized(exchange);
    };
  }

  private boolean answer(Exchange exchange, Fault fault) throws IOException, InterruptedException {
    byte[] body = exchange.body();
    Message request = exchange.request();
    rules.check(request, body);
    OutputStream out = exchange.out();
    return switch (fault) {
      case INTERNAL_ERROR -> status(out, "500 Internal Server Error");
      case BAD_GATEWAY -> status(out, "502 Bad Gateway");
      case UNAVAILABLE -> status(out, "503 Service Unavailable");
      case TOO_MANY -> status(out, "429 Too Many Requests", "Retry-After: 0");
      case BAD_RANGE -> status(out, "416 Range Not Satisfiable");
      case SILENT -> {
        pause(request);
        yield reset(exchange.socket());
      }
      case DROPPED_MOUNT -> {
        String target = request.target();
        Message plain = request.to(target.substring(0, target.indexOf('?')));
        yield write(exchange, forward(plain, body));
      }
      case LOST_ANSWER -> {
        forward(request, body);
        yield reset(exchange.socket());
      }
      default -> damaged(exchange, forward(request, body), fault);
    };
  }

  private boolean damaged(Exchange exchange, Answer answer, Fault fault)
      throws IOException, InterruptedException {
    int part = answer.body().length * tenths() / 10;
    return switch (fault) {
      case WRONG_BYTE -> {
        byte[] body = answer.body().clone();
        if (part < body.length) {
          body[part] ^= 1;
        }
        yield write(exchange, new Answer(answer.head(), body));
      }
      case RESET_IN_ANSWER -> {
        begin(exchange, answer, part);
        yield reset(exchange.socket());
      }
      case TRUNCATED -> {
        begin(exchange, answer, part);
        yield false;
      }
      case STALLED -> {
        begin(exchange, answer, part);
        pause(exchange.request());
        yield reset(exchange.socket());
      }
      case SLOW -> {
        slowly(exchange, answer);
        yield reset(exchange.socket());
      }
      case DUPLICATE_HEADERS -> {
        List<Message.Header> twice =
            answer.head().headers().stream().flatMap(h -> Stream.of(h, h)).toList();
        yield write(exchange, new Answer(new Message(answer.head().start(), twice), answer.body()));
      }
      case MISSING_HEADERS -> {
        Message head =
            answer.head().without("Location", "Docker-Content-Digest", "Range", "Content-Type");
        yield write(exchange, new Answer(head, answer.body()));
      }
      default -> write(exchange, answer);
    };
  }

  private boolean authorized(Message request) {
    return request.header("Authorization").equals(Optional.of("Bearer t" + generation.get()));
  }

  private boolean unauthorized(Exchange exchange) throws IOException {
    exchange.body();
    return status(
        exchange.out(),
        "401 Unauthorized",
        "WWW-Authenticate: Bearer realm=\"http://" + host() + "/token\",service=\"proxy\"");
  }

  private boolean token(Exchange exchange) throws IOException {
    exchange.body();
    byte[] body = ("{\"token\":\"t" + generation.get() + "\",\"expires_in\":300}").getBytes(UTF_8);
    Message head =
        new Message(
            "HTTP/1.1 200 OK",
            List.of(new Message.Header("Content-Length", Integer.toString(body.length))));
    exchange.out().write(head.bytes());
    exchange.out().write(body);
    return true;
  }

  private static boolean status(OutputStream out, String status, String... headers)
      throws IOException {
    StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    out.write(text.append("Content-Length: 0\r\n\r\n").toString().getBytes(UTF_8));
    return true;
  }

  /** Longer than the client waits; what it wrote, it waits for ten times as long: there we end. */
  private void pause(Message request) throws InterruptedException {
    boolean reads = request.method().equals("GET") || request.method().equals("HEAD");
    Thread.sleep(reads ? patienceMillis * 3 / 2 : patienceMillis / 10);
  }

  private static boolean reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
    return false;
  }

  private static boolean write(Exchange exchange, Answer answer) throws IOException {
    begin(exchange, answer, answer.body().length);
    return true;
  }

  private static void begin(Exchange exchange, Answer answer, int part) throws IOException {
    exchange.out().write(answer.head().bytes());
    exchange.out().write(answer.body(), 0, part);
    exchange.out().flush();
  }

  private void slowly(Exchange exchange, Answer answer) throws IOException, InterruptedException {
    byte[] head = answer.head().bytes();
    for (int i = 0; i < Math.min(head.length, SLOW_BYTES); i++) {
      exchange.out().write(head[i]);
      exchange.out().flush();
      Thread.sleep(patienceMillis / 10);
    }
  }

  private void sendPart(Message request, byte[] part) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), upstream)) {
      socket.getOutputStream().write(upstreamHead(request).bytes());
      socket.getOutputStream().write(part);
      socket.getOutputStream().flush();
    }
  }

  private static Message upstreamHead(Message request) {
    return request.without("Connection", "Authorization").with("Connection", "close");
  }

  private Answer forward(Message request, byte[] body) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), upstream)) {
      OutputStream out = socket.getOutputStream();
      out.write(upstreamHead(request).bytes());
      out.write(body);
      out.flush();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Message head = Message.read(in).orElseThrow(() -> new IOException("no answer"));
      Predicate<Message> chunked = m -> m.header("Transfer-Encoding").isPresent();
      byte[] content = request.method().equals("HEAD") ? new byte[0] : in.readAllBytes();
      if (chunked.test(head)) {
        content = unchunked(content);
        head = head.with("Content-Length", Integer.toString(content.length));
      }
      return new Answer(head.without("Connection", "Transfer-Encoding"), content);
    }
  }

  private static byte[] unchunked(byte[] chunks) {
    byte[] whole = new byte[0];
    int at = 0;
    while (true) {
      int end = at;
      while (chunks[end] != '\r') {
        end++;
      }
      int size = Integer.parseInt(new String(chunks, at, end - at, UTF_8).strip(), 16);
      if (size == 0) {
        return whole;
      }
      int old = whole.length;
      whole = Arrays.copyOf(whole, old + size);
      System.arraycopy(chunks, end + 2, whole, old, size);
      at = end + 2 + size + 2;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
