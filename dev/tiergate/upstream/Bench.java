package dev.tiergate.upstream;
import dev.tiergate.plugin.Settlement;
import io.vertx.core.*;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.*;
import java.lang.management.*;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.*;
class Bench {
  static long cpu(String prefix) {
    ThreadMXBean b = ManagementFactory.getThreadMXBean(); long sum = 0;
    for (long id : b.getAllThreadIds()) { var i = b.getThreadInfo(id); if (i != null && i.getThreadName().startsWith(prefix)) sum += b.getThreadCpuTime(id); }
    return sum;
  }
  static Vertx named(String n) { return Vertx.builder().with(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true)).build(); }
  public static void main(String[] a) throws Exception {
    boolean raw = a[0].equals("raw");
    Vertx back = named("back"), edge = named("edge"), load = named("load");
    Buffer body = Buffer.buffer("x".repeat(101));
    HttpServer backend = back.createHttpServer().requestHandler(r -> r.response().putHeader("content-type","application/json").end(body)).listen(0).await();
    AtomicReference<Thread> loop = new AtomicReference<>();
    var up = new Upstreams(edge, 1);
    HttpClient rawClient = edge.createHttpClient(new HttpClientOptions().setMaxChunkSize(65536), new PoolOptions().setHttp1MaxSize(64));
    AtomicInteger port = new AtomicInteger();
    edge.deployVerticle(new AbstractVerticle() { public void start(Promise<Void> p) {
      loop.set(Thread.currentThread());
      up.update(Map.of("shop", Shop.at("http://127.0.0.1:" + backend.actualPort()).connections(64).config()));
      ReverseProxy proxy = up.of("shop");
      vertx.createHttpServer(new HttpServerOptions().setMaxChunkSize(65536)).requestHandler(r -> {
        r.pause();
        if (raw) {
          rawClient.request(new RequestOptions().setHost("127.0.0.1").setPort(backend.actualPort()).setMethod(r.method()).setURI(r.uri())).onSuccess(q -> {
            r.headers().forEach(e -> { if (!e.getKey().equalsIgnoreCase("host")) q.putHeader(e.getKey(), e.getValue()); });
            q.putHeader("X-Forwarded-For", "1");
            q.response().onSuccess(s -> {
              r.response().setStatusCode(s.statusCode());
              s.headers().forEach(e -> r.response().putHeader(e.getKey(), e.getValue()));
              s.pipe().endOnFailure(false).to(r.response());
            });
            q.end(); r.resume();
          });
        } else {
          MultiMap h = HttpHeaders.headers().add("X-Forwarded-For", "1");
          proxy.forward(r, new Forward(r.method(), r.uri(), null, n -> true, h, ResponseHead.UNCHANGED, Settlement.NONE));
        }
      }).listen(0).onSuccess(s -> port.set(s.actualPort())).<Void>mapEmpty().onComplete(p);
    }}).await();
    HttpClient client = load.createHttpClient(new HttpClientOptions(), new PoolOptions().setHttp1MaxSize(32));
    AtomicLong done = new AtomicLong();
    load.getOrCreateContext().runOnContext(v -> { for (int i = 0; i < 32; i++) one(client, port.get(), done); });
    for (int round = 0; round < 8; round++) {
      ThreadMXBean b = ManagementFactory.getThreadMXBean();
      long c0 = b.getThreadCpuTime(loop.get().getId()), d0 = done.get();
      Thread.sleep(4000);
      long c = b.getThreadCpuTime(loop.get().getId()) - c0, d = done.get() - d0;
      System.out.printf("%s round %d: %d req/s, %.1f us loop CPU a request%n", a[0], round, d / 4, c / 1000.0 / d);
    }
    System.exit(0);
  }
  static void one(HttpClient c, int port, AtomicLong done) {
    c.request(HttpMethod.GET, port, "127.0.0.1", "/x").compose(q -> q.putHeader("Authorization", "Bearer abc").putHeader("Accept", "*/*").putHeader("User-Agent", "bench").send()).compose(HttpClientResponse::body).onComplete(b -> { done.incrementAndGet(); one(c, port, done); });
  }
}
