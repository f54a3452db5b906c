package dev.tiergate.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** Stands before a backend, accepts at once, and lets bytes through only once it is opened. */
final class SlowDoor implements AutoCloseable {

    private final ServerSocket listener;
    private final int backend;
    private final CountDownLatch knocked = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    SlowDoor(int backend) {
        this.backend = backend;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(this::accept);
    }

    String uri() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    void awaitKnock() {
        Latches.await(knocked);
    }

    void open() {
        opened.countDown();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket outside = listener.accept();
            knocked.countDown();
            run(() -> {
                Latches.await(opened);
                Socket inside = new Socket(InetAddress.getLoopbackAddress(), backend);
                run(() -> copy(inside, outside));
                copy(outside, inside);
            });
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            byte[] bytes = new byte[8192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                to.getOutputStream().write(bytes, 0, read);
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void run(Task task) {
        var thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException e) {
                        // one side has left: so does the other
                    }
                },
                "slow-door");
        thread.setDaemon(true);
        thread.start();
    }
}
