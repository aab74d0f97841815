/* Ping-pong client: one blocking connection, every round trip timed, every byte checked.
   usage: client PORT SIZE WARMUP MESSAGES; prints one line of key=value. */
#include "bench.h"
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <time.h>

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* the microseconds that this process has run */
static long long cpu(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000000LL + u.ru_utime.tv_usec + u.ru_stime.tv_usec;
}

static int ascending(const void *a, const void *b) {
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

/* the q-quantile, in microseconds: the smallest time that at least q of all times do not exceed */
static double quantile(const long long *times, long n, double q) {
    long rank = (long)(q * n);
    if (rank < q * n) rank++;
    return times[rank > 0 ? rank - 1 : 0] / 1e3;
}

static char out[LIMIT], in[LIMIT];

static long long round_trip(int fd, size_t size, long number) {
    for (size_t i = 0; i < size; i++) out[i] = (char)(number + i);
    long long start = now();
    send_all(fd, out, size);
    for (size_t got = 0; got < size;) {
        ssize_t n = recv(fd, in + got, size - got, 0);
        if (n < 0) die("recv");
        if (n == 0) { fprintf(stderr, "the server closed the connection at message %ld\n", number); exit(1); }
        got += n;
    }
    long long took = now() - start;
    if (memcmp(in, out, size) != 0) { fprintf(stderr, "message %ld came back changed\n", number); exit(1); }
    return took;
}

int main(int argc, char **argv) {
    if (argc != 5) { fprintf(stderr, "usage: client PORT SIZE WARMUP MESSAGES\n"); return 2; }
    size_t size = atol(argv[2]);
    long warmup = atol(argv[3]), messages = atol(argv[4]);
    long long *times = malloc(messages * sizeof *times);
    if (size < 1 || size > LIMIT || messages < 1 || times == NULL) { fprintf(stderr, "bad number\n"); return 2; }
    for (long i = 0; i < messages; i++) times[i] = 0; /* no page faults while measuring */
    end_with_parent();
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in a = loopback(argv[1]);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) < 0) die("connect");
    for (long i = 0; i < warmup; i++) round_trip(fd, size, i);
    long long sum = 0, start = now();
    for (long i = 0; i < messages; i++) sum += times[i] = round_trip(fd, size, i);
    long long took = now() - start;
    qsort(times, messages, sizeof *times, ascending);
    printf("p50_us=%.3f p99_us=%.3f p999_us=%.3f max_us=%.3f mean_us=%.3f messages_per_s=%.0f client_cpu_us=%lld\n",
           quantile(times, messages, 0.5), quantile(times, messages, 0.99), quantile(times, messages, 0.999),
           quantile(times, messages, 1), sum / 1e3 / messages, messages * 1e9 / took, cpu());
    return 0;
}
