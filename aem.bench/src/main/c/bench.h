/* What the C programs of the bench share. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIMIT 65536 /* the largest message, and the servers' buffer */

static inline void die(const char *what) {
    perror(what);
    exit(1);
}

/* Standard input is a pipe from the runner: when it closes, however the runner ended, SIGIO ends this program. */
static inline void end_with_parent(void) {
#ifdef O_ASYNC
    fcntl(0, F_SETOWN, getpid());
    fcntl(0, F_SETFL, O_ASYNC);
#endif
}

static inline struct sockaddr_in loopback(const char *port) {
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(atoi(port));
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return a;
}

static inline int listen_at(const char *port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in a = loopback(port);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0) die("bind");
    if (listen(fd, 128) < 0) die("listen");
    return fd;
}

static inline void send_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
        if (n < 0) die("send");
        data += n;
        size -= n;
    }
}
