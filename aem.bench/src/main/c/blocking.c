/* Echo server with blocking calls, one connection after the other: what all others are held against. */
#include "bench.h"
#include <netinet/tcp.h>

int main(int argc, char **argv) {
    static char data[LIMIT];
    if (argc != 2) { fprintf(stderr, "usage: blocking PORT\n"); return 2; }
    end_with_parent();
    int listener = listen_at(argv[1]), one = 1;
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) die("accept");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        ssize_t n;
        while ((n = recv(fd, data, sizeof data, 0)) > 0) send_all(fd, data, n);
        close(fd);
    }
}
