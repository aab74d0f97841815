/* Echo server with epoll: level-triggered, one recv per readiness. */
#include "bench.h"
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>

static char data[LIMIT];

static void add(int epoll, int fd) {
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0) die("epoll_ctl");
}

/* 0 when the connection is over; waits where the peer does not read: good enough for ping-pong */
static int echo(int fd) {
    ssize_t n = recv(fd, data, sizeof data, 0);
    if (n < 0 && errno == EAGAIN) return 1;
    if (n <= 0) return 0;
    for (ssize_t done = 0; done < n;) {
        ssize_t sent = send(fd, data + done, n - done, MSG_NOSIGNAL);
        if (sent >= 0) {
            done += sent;
        } else if (errno == EAGAIN) {
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            poll(&room, 1, -1);
        } else {
            return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 2) { fprintf(stderr, "usage: epoll PORT\n"); return 2; }
    end_with_parent();
    int listener = listen_at(argv[1]), epoll = epoll_create1(0), one = 1;
    add(epoll, listener);
    for (;;) {
        struct epoll_event ready[64];
        int n = epoll_wait(epoll, ready, 64, -1);
        if (n < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < n; i++) {
            int fd = ready[i].data.fd;
            if (fd == listener) {
                int c = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (c < 0) die("accept");
                setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                add(epoll, c);
            } else if (!echo(fd)) {
                close(fd);
            }
        }
    }
}
