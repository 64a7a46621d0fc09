package dev.janiko.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.janiko.registry.Digest;
import dev.janiko.registry.RegistryException;
import dev.janiko.registry.RegistryException.Kind;
import dev.janiko.registry.auth.CredentialStore;
import dev.janiko.registry.auth.Scope;
import dev.janiko.registry.image.BlobSource;
import dev.janiko.registry.image.Bundle;
import dev.janiko.registry.image.Descriptor;
import dev.janiko.registry.image.ImageConfig;
import dev.janiko.registry.image.ImageDocument;
import dev.janiko.registry.image.Index;
import dev.janiko.registry.image.Manifest;
import dev.janiko.registry.image.MediaTypes;
import dev.janiko.registry.image.Platform;
import dev.janiko.registry.reference.ImageReference;
import dev.janiko.registry.transport.Http;
import dev.janiko.registry.transport.HttpAnswer;
import dev.janiko.registry.transport.HttpCall;
import dev.janiko.registry.transport.TransportOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Pulls from and pushes to registries. Connections, challenges and tokens are kept from one call to
 * the next, so one client should serve a whole build. Safe for use by threads.
 *
 * <p>Failures are {@link RegistryException}s that say what to do; other IOExceptions come only from
 * threads that were interrupted.
 */
public final class RegistryClient implements AutoCloseable {
  private static final String ACCEPT =
      String.join(
          ", ",
          List.of(
              MediaTypes.OCI_INDEX,
              MediaTypes.OCI_MANIFEST,
              MediaTypes.DOCKER_LIST,
              MediaTypes.DOCKER_MANIFEST));
  private static final int MAX_NESTING = 3;

  private final Http http;
  private final RegistryOptions options;
  private final TransferListener listener;
  private final PullPlaces places;
  private final Object notes = new Object();
  private final Map<String, BlobUpload.Context> endpoints = new ConcurrentHashMap<>();

  private RegistryClient(RegistryOptions options, TransferListener listener) {
    this.http = Http.create(options.transport());
    this.options = options;
    this.listener = requireNonNull(listener, "listener is null");
    this.places = new PullPlaces(options.mirrors(), listener);
  }

  /** What became of a blob that a repository was to have. */
  public enum Outcome {
    /** The repository had it already. */
    EXISTED,
    /** The registry took it over from another of its repositories. */
    MOUNTED,
    /** It was sent. */
    UPLOADED
  }

  /** A client that has not spoken with any registry yet. */
  public static RegistryClient create(
      TransportOptions options, CredentialStore credentials, TransferListener listener) {
    return create(RegistryOptions.of(options, credentials), listener);
  }

  /** A client that has not spoken with any registry yet. */
  public static RegistryClient create(RegistryOptions options, TransferListener listener) {
    return new RegistryClient(requireNonNull(options, "options is null"), listener);
  }

  /** What is repeated and what is let pass. */
  RegistryOptions.Rules rules() {
    return options.rules();
  }

  /** The connections of this client, for requests that are none of registries'; closed with it. */
  public Http connections() {
    return http;
  }

  /**
   * Finds an image for a platform: its manifest and its config, both verified.
   *
   * @throws IOException if there is none, or none for the platform, or it is not usable
   */
  public ResolvedImage resolve(ImageReference reference, Platform platform) throws IOException {
    return Repetition.of(rules().pullRetries(), () -> find(reference, platform));
  }

  private ResolvedImage find(ImageReference reference, Platform platform) throws IOException {
    ImageDocument document = document(reference);
    Optional<Index> index = Optional.empty();
    for (int level = 0; document instanceof Index found; level++) {
      if (level == MAX_NESTING) {
        throw wrong(reference, "its indexes are nested too deeply");
      }
      index = index.isPresent() ? index : Optional.of(found);
      Descriptor chosen = found.select(platform).orElseThrow(() -> missing(reference, platform));
      document = document(reference.withDigest(chosen.digest()));
      if (document.descriptor().size() != chosen.size()) {
        throw wrong(reference, "the manifest " + chosen.digest() + " has not the size it should");
      }
    }
    Manifest manifest = (Manifest) document;
    if (!MediaTypes.isConfig(manifest.config().mediaType())) {
      throw RegistryException.of(
              Kind.UNSUPPORTED,
              reference + " is not a container image but " + manifest.config().mediaType())
          .host(reference.registry())
          .build();
    }
    return new ResolvedImage(reference, manifest, config(reference, manifest), index);
  }

  private ImageConfig config(ImageReference reference, Manifest manifest) throws IOException {
    Descriptor descriptor = manifest.config();
    if (descriptor.size() > ImageConfig.MAX_BYTES) {
      throw wrong(reference, "its config is larger than " + ImageConfig.MAX_BYTES + " bytes");
    }
    ImageConfig config;
    try (InputStream in = blob(reference, descriptor)) {
      config = ImageConfig.parse(in.readAllBytes());
    }
    if (config.diffIds().size() != manifest.layers().size()) {
      throw wrong(
          reference,
          "%d layers, but %d diff ids in its config"
              .formatted(manifest.layers().size(), config.diffIds().size()));
    }
    return config;
  }

  /**
   * The manifest or index that a reference leads to; if it names a digest, verified against it.
   *
   * @throws IOException if there is none or it is not usable
   */
  public ImageDocument document(ImageReference reference) throws IOException {
    return places.first(reference, (place, _) -> documentAt(place));
  }

  private ImageDocument documentAt(ImageReference reference) throws IOException {
    Call call =
        Call.of(
                "pull " + reference,
                "GET",
                path(reference, "/manifests/" + reference.selector()),
                Scope.pull(reference.repository()))
            .header("Accept", ACCEPT);
    Received received =
        endpoint(reference)
            .send(
                call,
                status -> status == 200,
                answer -> {
                  try (answer) {
                    return received(reference, answer);
                  }
                });
    return received.isDoubtful()
        ? confirmed(reference, received)
        : parsed(reference, received.bytes, received.type);
  }

  /** A document as it came in. */
  private static final class Received {
    private final byte[] bytes;
    private final String type;
    private final Optional<Digest> told;

    Received(byte[] bytes, String type, Optional<Digest> told) {
      this.bytes = bytes;
      this.type = type;
      this.told = told;
    }

    /** Whether the registry says that it is something else. */
    boolean isDoubtful() {
      return told.isPresent() && !told.get().matches(bytes);
    }
  }

  private static Received received(ImageReference reference, HttpAnswer answer) throws IOException {
    byte[] bytes =
        answer
            .bytes(ImageDocument.MAX_BYTES)
            .orElseThrow(() ->
                wrong(
                    reference,
                    "its manifest is larger than " + ImageDocument.MAX_BYTES + " bytes"));
    String type = answer.header("Content-Type").orElse("");
    Optional<Digest> expected = reference.digest();
    if (expected.isEmpty()) {
      return new Received(
          bytes,
          type,
          answer.header("Docker-Content-Digest").filter(Digest::isValid).map(Digest::parse));
    }
    if (!expected.get().matches(bytes)) {
      throw wrong(
          reference,
          "expected " + expected.get() + ", the registry sent " + Digest.sha256Of(bytes));
    }
    return new Received(bytes, type, Optional.empty());
  }

  /**
   * Finds out who is wrong: the bytes that came, or the digest that the registry said they have,
   * which some registries get wrong. Asked for by its digest, only a right document is given.
   */
  private ImageDocument confirmed(ImageReference reference, Received received) throws IOException {
    try {
      return documentAt(reference.withDigest(received.told.orElseThrow()));
    } catch (RegistryException e) {
      if (e.kind() != Kind.NOT_FOUND && e.kind() != Kind.INVALID) {
        throw e;
      }
      return documentAt(reference.withDigest(Digest.sha256Of(received.bytes)));
    }
  }

  private static ImageDocument parsed(ImageReference reference, byte[] bytes, String type)
      throws RegistryException {
    try {
      return ImageDocument.parse(bytes, type);
    } catch (RegistryException e) {
      throw RegistryException.of(e.kind(), String.valueOf(e.getMessage()))
          .host(reference.registry())
          .operation("pull " + reference)
          .cause(e)
          .build();
    }
  }

  /**
   * Opens a blob. Whoever got all of its bytes knows that size and digest are right: the last bytes
   * come only then. A connection that breaks is taken up again where it broke.
   *
   * @param repository any reference into the repository
   * @throws IOException if the registry does not have it
   */
  public InputStream blob(ImageReference repository, Descriptor blob) throws IOException {
    if (MediaTypes.isForeignLayer(blob.mediaType())) {
      throw RegistryException.of(
              Kind.UNSUPPORTED,
              "layer " + blob.digest() + " is a foreign one, which registries do not hold")
          .host(repository.registry())
          .operation("pull " + repository)
          .build();
    }
    return places.first(
        repository,
        (place, others) -> {
          List<BlobStream.Place> all = new ArrayList<>();
          all.add(blobAt(place, blob));
          others.forEach(other -> all.add(blobAt(other, blob)));
          return new BlobStream(all, blob, listener).opened();
        });
  }

  private BlobStream.Place blobAt(ImageReference repository, Descriptor blob) {
    Call call =
        Call.of(
            "pull blob " + blob.digest() + " of " + repository.name(),
            "GET",
            path(repository, "/blobs/" + blob.digest()),
            Scope.pull(repository.repository()));
    return new BlobStream.Place(endpoint(repository), call);
  }

  /**
   * The manifest or index that a reference leads to, with all that it names; blobs are fetched when
   * they are opened.
   *
   * @throws IOException if something of it is missing or not usable
   */
  public Bundle bundle(ImageReference reference) throws IOException {
    return Repetition.of(rules().pullRetries(), () -> new BundlePull(this).pull(reference));
  }

  /** The blob as a source, which knows that the repository holds it. */
  public BlobSource remoteBlob(ImageReference repository, Descriptor blob) {
    return BlobSource.of(blob, () -> blob(repository, blob)).heldIn(repository);
  }

  /**
   * Says whether the repository has the blob. Asks with the right to push if {@code toPush}, so
   * that the token serves for what follows.
   */
  private boolean hasBlob(ImageReference repository, Digest digest, boolean toPush)
      throws IOException {
    String name = repository.repository();
    Call call =
        Call.of(
            "check blob " + digest + " of " + repository.name(),
            "HEAD",
            path(repository, "/blobs/" + digest),
            toPush ? Scope.push(name) : Scope.pull(name));
    try (HttpAnswer answer =
        endpoint(repository).send(call, status -> status == 200 || status == 404)) {
      return answer.status() == 200;
    }
  }

  /**
   * Says whether the repository has the blob.
   *
   * @throws IOException if the registry does not tell
   */
  public boolean hasBlob(ImageReference repository, Digest digest) throws IOException {
    return hasBlob(repository, digest, false);
  }

  /**
   * Asks the registry to take a blob over from another of its repositories.
   *
   * @return whether it did
   * @throws IOException if the registry does not answer
   */
  public boolean mountBlob(ImageReference to, Digest digest, ImageReference from)
      throws IOException {
    return tryMount(to, digest, from).mounted();
  }

  private record Mount(boolean mounted, Optional<String> session) {}

  private Mount tryMount(ImageReference to, Digest digest, ImageReference from) throws IOException {
    if (!to.registry().equals(from.registry()) || to.sameRepository(from)) {
      return new Mount(false, Optional.empty());
    }
    String query =
        "?mount="
            + URLEncoder.encode(digest.toString(), UTF_8)
            + "&from="
            + URLEncoder.encode(from.repository(), UTF_8);
    Call call =
        Call.of(
            "mount blob " + digest,
            "POST",
            path(to, "/blobs/uploads/") + query,
            Scope.push(to.repository()).andPull(from.repository()));
    try (HttpAnswer answer = endpoint(to).send(call, status -> status == 201 || status == 202)) {
      return answer.status() == 201
          ? new Mount(true, Optional.empty())
          : new Mount(false, Optional.of(endpoint(to).place(answer)));
    } catch (RegistryException e) {
      if (e.kind() == Kind.UNREACHABLE || e.kind() == Kind.CREDENTIALS) {
        throw e;
      }
      return new Mount(false, Optional.empty());
    }
  }

  /**
   * Sees to it that the repository has the blob: by what it has, by mounting, or by sending it.
   *
   * @throws IOException if the registry refuses, or the source cannot be read
   */
  public Outcome upload(ImageReference repository, BlobSource source) throws IOException {
    Digest digest = source.descriptor().digest();
    Optional<String> session = Optional.empty();
    Optional<ImageReference> origin = source.origin();
    if (origin.isPresent()) {
      Mount mount = tryMount(repository, digest, origin.get());
      if (mount.mounted()) {
        return Outcome.MOUNTED;
      }
      session = mount.session();
    }
    if (hasBlob(repository, digest, true)) {
      return Outcome.EXISTED;
    }
    new BlobUpload(context(repository), repository, source).run(session);
    return Outcome.UPLOADED;
  }

  /**
   * Stores a manifest or index under the reference's digest, or else its tag. Everything that it
   * names must be there already.
   *
   * @throws IOException if the registry refuses, or says that it stored something else
   */
  public void putManifest(ImageReference reference, ImageDocument document) throws IOException {
    Call call =
        Call.of(
                "push " + reference,
                "PUT",
                path(reference, "/manifests/" + reference.selector()),
                Scope.push(reference.repository()))
            .body(HttpCall.bytes(document.mediaType(), document.bytes()));
    boolean listed;
    try (HttpAnswer answer =
        endpoint(reference).send(call, status -> status >= 200 && status < 300)) {
      Optional<String> stored = answer.header("Docker-Content-Digest");
      String own = document.digest().toString();
      if (stored.isPresent() && stored.get().startsWith("sha256:") && !stored.get().equals(own)) {
        throw RegistryException.of(
                Kind.INVALID, "sent " + own + ", but the registry stored " + stored.get())
            .host(reference.registry())
            .operation("push " + reference)
            .build();
      }
      listed = answer.header("OCI-Subject").isPresent();
    }
    if (document.subject().isPresent() && !listed) {
      // One after the other: each reads the list, and stores it with one more.
      synchronized (notes) {
        referrersOf(reference).note(reference, document, document.subject().get().digest());
      }
    }
  }

  /**
   * What refers to an image: signatures, lists of parts and the like.
   *
   * @param repository any reference into the repository
   * @param subject the image's manifest or index
   * @param type the kind of artifacts to list, or empty for all
   * @throws IOException if the registry does not tell
   */
  public List<Descriptor> referrers(ImageReference repository, Digest subject, String type)
      throws IOException {
    return referrersOf(repository).list(repository, subject, type);
  }

  private Referrers referrersOf(ImageReference repository) {
    return new Referrers(this, endpoint(repository));
  }

  /** The document from the registry itself, not from a mirror. */
  ImageDocument ownDocument(ImageReference reference) throws IOException {
    return documentAt(reference);
  }

  /**
   * All tags of a repository, in the order in which the registry tells them.
   *
   * @param repository any reference into the repository
   * @return none if there is no such repository
   * @throws IOException if the registry does not tell
   */
  public List<String> tags(ImageReference repository) throws IOException {
    return new TagList(endpoint(repository), repository).all();
  }

  /**
   * Deletes a manifest, and with it all tags that lead to it; its blobs are the registry's to clear
   * away. One that is not there is as good as deleted.
   *
   * @param manifest names a digest
   * @throws IOException if the registry refuses: many do unless they are told to allow it
   */
  public void delete(ImageReference manifest) throws IOException {
    if (manifest.digest().isEmpty()) {
      throw new IllegalArgumentException("only what a digest names is deleted, not " + manifest);
    }
    Call call =
        Call.of(
            "delete " + manifest,
            "DELETE",
            path(manifest, "/manifests/" + manifest.selector()),
            Scope.delete(manifest.repository()));
    endpoint(manifest)
        .send(call, status -> (status >= 200 && status < 300) || status == 404)
        .close();
  }

  /**
   * Finds out whether pushing into the repository is allowed: begins an upload and takes it back.
   * Asks nothing if the rules say so.
   *
   * @throws IOException if it is not, with the reason
   */
  public void checkPush(ImageReference repository) throws IOException {
    if (!rules().checkPush()) {
      return;
    }
    Scope scope = Scope.push(repository.repository());
    Call start =
        Call.of(
            "check permission to push to " + repository.name(),
            "POST",
            path(repository, "/blobs/uploads/"),
            scope);
    String session;
    try (HttpAnswer answer = endpoint(repository).send(start, status -> status == 202)) {
      session = endpoint(repository).place(answer);
    }
    try {
      // Some want another permission for this, or do not know it: the session ends by itself.
      Call cancel = Call.of("cancel upload", "DELETE", session, scope).once();
      endpoint(repository).send(cancel, status -> true).close();
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
    }
  }

  /**
   * Finds out whether a registry takes our credentials.
   *
   * @param registry the host with its port, {@code docker.io} for Docker Hub
   * @throws IOException if it does not, with the reason
   */
  public void checkLogin(String registry) throws IOException {
    Call ping = Call.of("log in to " + registry, "GET", "/v2/", new Scope("", List.of()));
    new Endpoint(registry, options.credentials(), http).send(ping, status -> status == 200).close();
  }

  /** Makes the acquaintance of the registry, as far as it answers. */
  void greet(ImageReference repository) {
    try {
      endpoint(repository).greet();
    } catch (IOException e) {
      // The first request that has a purpose says so.
    }
  }

  private Endpoint endpoint(ImageReference reference) {
    return context(reference).endpoint();
  }

  private BlobUpload.Context context(ImageReference reference) {
    return endpoints.computeIfAbsent(
        reference.registry(),
        registry ->
            new BlobUpload.Context(
                new Endpoint(registry, options.credentials(), http),
                listener,
                new AtomicBoolean()));
  }

  private static String path(ImageReference reference, String rest) {
    return "/v2/" + reference.repository() + rest;
  }

  private static RegistryException wrong(ImageReference reference, String why) {
    return RegistryException.of(Kind.INVALID, "image " + reference + " is wrong: " + why)
        .host(reference.registry())
        .build();
  }

  private static RegistryException missing(ImageReference reference, Platform platform) {
    return RegistryException.of(Kind.NOT_FOUND, "no image for " + platform + " in " + reference)
        .host(reference.registry())
        .hint("choose another platform")
        .build();
  }

  /** Closes all connections; whatever is still being transferred fails. */
  @Override
  public void close() throws IOException {
    http.close();
  }
}
