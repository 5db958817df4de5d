/*
 * Many connections, many commands, one thread: epoll_client PORT USER KEY-FILE KNOWN-HOSTS CONNECTIONS COMMANDS
 * Each connection runs its share of the commands one after the other, on a channel of its own each.
 */
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct client {
    sshcore_connection *connection;
    int fd;
    uint32_t wanted; /* what epoll watches */
    int next, end;   /* numbers of its commands */
    char output[64];
    size_t length;
    int status;
};

static const char *user;
static sshcore_key *key;
static sshcore_known_hosts *known_hosts;
static uint32_t port;
static int completed, failed;

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void next_command(struct client *c)
{
    uint32_t channel;
    if (c->next == c->end) {
        CHECK(sshcore_disconnect(c->connection, 11, NULL));
        return;
    }
    c->length = 0;
    c->status = -1;
    CHECK(sshcore_channel_open(c->connection, "session", NULL, &channel));
}

static void on_closed(struct client *c)
{
    char expected[64];
    int length = snprintf(expected, sizeof expected, "answer %d\n", c->next);
    if (c->status == 3 && c->length == (size_t)length && memcmp(c->output, expected, c->length) == 0) {
        completed++;
    } else {
        failed++;
    }
    c->next++;
    next_command(c);
}

static void on_event(struct client *c, const sshcore_event *e)
{
    char command[64];
    size_t count;
    sshcore_result verdict;
    switch (e->kind) {
    case SSHCORE_EVENT_HOST_KEY_OFFERED:
        verdict = sshcore_known_hosts_check(known_hosts, "127.0.0.1", port, e->key, e->key_length);
        if (verdict == SSHCORE_OK) {
            CHECK(sshcore_answer_accept(c->connection, e->token));
        } else {
            fprintf(stderr, "host key: %s\n", sshcore_result_text(verdict));
            CHECK(sshcore_answer_deny(c->connection, e->token));
        }
        break;
    case SSHCORE_EVENT_AUTH_METHOD_NEEDED:
        if (e->name[0] == '\0') {
            CHECK(sshcore_answer_key(c->connection, e->token, key, NULL, 0));
        } else {
            CHECK(sshcore_answer_deny(c->connection, e->token));
        }
        break;
    case SSHCORE_EVENT_AUTHENTICATED:
        next_command(c);
        break;
    case SSHCORE_EVENT_CHANNEL_OPENED:
        snprintf(command, sizeof command, "echo answer %d; exit 3", c->next);
        CHECK(sshcore_request_exec(c->connection, e->channel, (const uint8_t *)command, strlen(command), 1, NULL));
        CHECK(sshcore_channel_send_eof(c->connection, e->channel));
        break;
    case SSHCORE_EVENT_CHANNEL_DATA:
        CHECK(sshcore_channel_read(c->connection, e->channel, e->stream, (uint8_t *)c->output + c->length,
            sizeof c->output - c->length, &count));
        c->length += count;
        break;
    case SSHCORE_EVENT_EXIT_STATUS:
        c->status = (int)e->code;
        break;
    case SSHCORE_EVENT_CHANNEL_CLOSED:
        on_closed(c);
        break;
    case SSHCORE_EVENT_CLOSED:
        if (e->code != SSHCORE_ERROR_LOCAL_DISCONNECT) {
            fprintf(stderr, "connection: %s\n", e->detail);
        }
        break;
    default:
        if (e->token != 0) {
            CHECK(sshcore_answer_deny(c->connection, e->token));
        }
        break;
    }
}

/* Handles events and sends until neither is possible; 0 when the connection is done. */
static int advance(struct client *c)
{
    sshcore_event e;
    uint32_t finished;
    int progress;
    SSHCORE_INIT(e);
    do {
        progress = 0;
        for (;;) {
            CHECK(sshcore_poll_event(c->connection, &e));
            if (e.kind == SSHCORE_EVENT_NONE) {
                break;
            }
            on_event(c, &e);
        }
        for (;;) {
            const uint8_t *data;
            size_t length;
            ssize_t sent;
            CHECK(sshcore_output(c->connection, &data, &length));
            if (length == 0) {
                break;
            }
            sent = send(c->fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0) {
                if (errno != EAGAIN && errno != EINTR) {
                    CHECK(sshcore_abort(c->connection, strerror(errno)));
                }
                break;
            }
            CHECK(sshcore_output_advance(c->connection, (size_t)sent));
            progress = 1; /* what waited for room may go on */
        }
    } while (progress);
    CHECK(sshcore_is_finished(c->connection, &finished));
    return !finished;
}

static void take_input(struct client *c)
{
    uint8_t *buffer;
    size_t length;
    ssize_t count;
    CHECK(sshcore_receive_buffer(c->connection, &buffer, &length));
    count = recv(c->fd, buffer, length, MSG_DONTWAIT);
    CHECK(sshcore_commit(c->connection, count > 0 ? (size_t)count : 0));
    if (count == 0) {
        CHECK(sshcore_receive_end(c->connection));
    } else if (count < 0 && errno != EAGAIN && errno != EINTR) {
        CHECK(sshcore_abort(c->connection, strerror(errno)));
    }
}

static void watch(int epoll, struct client *c)
{
    const uint8_t *data;
    size_t length;
    uint32_t wants;
    struct epoll_event event;
    CHECK(sshcore_wants_input(c->connection, &wants));
    CHECK(sshcore_output(c->connection, &data, &length));
    event.events = (wants ? (uint32_t)EPOLLIN : 0) | (length > 0 ? (uint32_t)EPOLLOUT : 0);
    event.data.ptr = c;
    if (event.events != c->wanted) {
        epoll_ctl(epoll, c->wanted == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, c->fd, &event);
        c->wanted = event.events;
    }
}

static void start(struct client *c, int first, int end)
{
    struct sockaddr_in address;
    int one = 1;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address) != 0) {
        perror("connect");
        exit(1);
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    c->next = first;
    c->end = end;
    CHECK(sshcore_client_new(NULL, &c->connection));
    CHECK(sshcore_tick(c->connection, now_us()));
    CHECK(sshcore_authenticate(c->connection, user));
}

static uint8_t *read_file(const char *name, size_t *length)
{
    FILE *file = fopen(name, "rb");
    uint8_t *bytes = malloc(1 << 20);
    if (file == NULL || bytes == NULL) {
        perror(name);
        exit(1);
    }
    *length = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    return bytes;
}

int main(int argc, char **argv)
{
    if (argc != 7) {
        fprintf(stderr, "usage: %s PORT USER KEY-FILE KNOWN-HOSTS CONNECTIONS COMMANDS\n", argv[0]);
        return 2;
    }
    int connections = atoi(argv[5]), commands = atoi(argv[6]), live = connections;
    size_t length;
    uint8_t *file;
    struct client *clients = calloc((size_t)connections, sizeof *clients);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    port = (uint32_t)atoi(argv[1]);
    user = argv[2];
    file = read_file(argv[3], &length);
    CHECK(sshcore_key_parse(file, length, NULL, 0, &key));
    free(file);
    file = read_file(argv[4], &length);
    CHECK(sshcore_known_hosts_parse(file, length, &known_hosts, NULL));
    free(file);
    for (int i = 0; i < connections; i++) {
        start(&clients[i], commands * i / connections, commands * (i + 1) / connections);
        advance(&clients[i]);
        watch(epoll, &clients[i]);
    }

    while (live > 0) {
        struct epoll_event ready[64];
        uint64_t due = SSHCORE_NEVER, now = now_us();
        for (int i = 0; i < connections; i++) {
            uint64_t at;
            if (clients[i].connection != NULL) {
                CHECK(sshcore_next_timeout(clients[i].connection, &at));
                due = at < due ? at : due;
            }
        }
        int wait = due == SSHCORE_NEVER ? -1 : due <= now ? 0 : (int)((due - now) / 1000 + 1);
        int count = epoll_wait(epoll, ready, 64, wait);
        for (int i = 0; i < count; i++) {
            struct client *c = ready[i].data.ptr;
            if (ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
                take_input(c);
            }
        }
        now = now_us();
        for (int i = 0; i < connections; i++) {
            struct client *c = &clients[i];
            if (c->connection == NULL) {
                continue;
            }
            CHECK(sshcore_tick(c->connection, now));
            if (advance(c)) {
                watch(epoll, c);
            } else {
                close(c->fd);
                CHECK(sshcore_connection_free(c->connection));
                c->connection = NULL;
                live--;
            }
        }
    }

    free(clients);
    close(epoll);
    CHECK(sshcore_key_free(key));
    CHECK(sshcore_known_hosts_free(known_hosts));
    printf("%d completed, %d failed, %d connections, %zu handles left\n", completed, failed, connections, sshcore_live_handles());
    return completed == commands && failed == 0 && sshcore_live_handles() == 0 ? 0 : 1;
}
