/*
 * A shell, or a command whose input and output stream while it runs: shell_client HOST PORT USER KEY-FILE KNOWN-HOSTS [COMMAND]
 * Waits for two descriptors at once, which sshcore_pump alone does not: it moves the connection's bytes without waiting, and
 * poll(2) waits. On a terminal the remote side gets one too, with its size; keys pass through as they are typed.
 */
#include "check.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

struct session {
    sshcore_connection *connection;
    const char *host;
    uint32_t port;
    sshcore_known_hosts *known_hosts;
    sshcore_key *key;
    const char *command; /* NULL: a shell */
    uint32_t channel;
    int started;         /* the server runs it: input may go */
    int input_ended;
    uint8_t input[32768];
    size_t input_start, input_end;
    int status;
};

static volatile sig_atomic_t resized;
static struct termios cooked;

static void on_resize(int number)
{
    (void)number;
    resized = 1;
}

static void restore_terminal(void)
{
    tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
}

static void terminal_size(sshcore_pty *pty)
{
    struct winsize size;
    SSHCORE_INIT(*pty);
    pty->terminal = getenv("TERM");
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
        pty->columns = size.ws_col;
        pty->rows = size.ws_row;
    }
}

static void write_all(int fd, const uint8_t *data, size_t length)
{
    while (length > 0) {
        ssize_t count = write(fd, data, length);
        if (count < 0 && errno != EINTR) {
            exit(1); /* nobody reads on */
        }
        data += count > 0 ? count : 0;
        length -= count > 0 ? (size_t)count : 0;
    }
}

static void on_opened(struct session *s)
{
    sshcore_pty pty;
    if (isatty(STDIN_FILENO)) {
        struct termios raw;
        terminal_size(&pty);
        CHECK(sshcore_request_pty(s->connection, s->channel, &pty, 0, NULL));
        tcgetattr(STDIN_FILENO, &cooked);
        atexit(restore_terminal);
        raw = cooked;
        cfmakeraw(&raw);
        tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    if (s->command != NULL) {
        CHECK(sshcore_request_exec(s->connection, s->channel, (const uint8_t *)s->command, strlen(s->command), 1, NULL));
    } else {
        CHECK(sshcore_request_shell(s->connection, s->channel, 1, NULL));
    }
}

static void on_event(struct session *s, const sshcore_event *e)
{
    const uint8_t *data;
    size_t length;
    sshcore_result verdict;
    switch (e->kind) {
    case SSHCORE_EVENT_HOST_KEY_OFFERED:
        verdict = sshcore_known_hosts_check(s->known_hosts, s->host, s->port, e->key, e->key_length);
        if (verdict == SSHCORE_OK) {
            CHECK(sshcore_answer_accept(s->connection, e->token));
        } else {
            fprintf(stderr, "host key: %s\n", sshcore_result_text(verdict));
            CHECK(sshcore_answer_deny(s->connection, e->token));
        }
        break;
    case SSHCORE_EVENT_BANNER_RECEIVED:
        fputs(e->text, stderr);
        break;
    case SSHCORE_EVENT_AUTH_METHOD_NEEDED:
        if (e->code == SSHCORE_REFUSAL_NONE && e->detail[0] == '\0') {
            CHECK(sshcore_answer_key(s->connection, e->token, s->key, NULL, 0));
        } else {
            CHECK(sshcore_answer_deny(s->connection, e->token));
        }
        break;
    case SSHCORE_EVENT_AUTH_FAILED:
        fprintf(stderr, "log-in refused; can continue: %s\n", e->list);
        CHECK(sshcore_disconnect(s->connection, 11, NULL));
        break;
    case SSHCORE_EVENT_AUTHENTICATED:
        CHECK(sshcore_channel_open(s->connection, "session", NULL, &s->channel));
        break;
    case SSHCORE_EVENT_CHANNEL_OPENED:
        on_opened(s);
        break;
    case SSHCORE_EVENT_REQUEST_REPLIED:
        s->started = (e->flags & SSHCORE_FLAG_SUCCESS) != 0;
        if (!s->started) {
            CHECK(sshcore_channel_close(s->connection, s->channel));
        }
        break;
    case SSHCORE_EVENT_CHANNEL_DATA:
        /* Nothing else is received meanwhile, so that whoever reads slowly slows the server down. */
        CHECK(sshcore_borrow_data(s->connection, &data, &length));
        while (length > 0) {
            write_all(e->stream == 1 ? STDERR_FILENO : STDOUT_FILENO, data, length);
            CHECK(sshcore_borrow_data(s->connection, &data, &length));
        }
        break;
    case SSHCORE_EVENT_EXIT_STATUS:
        s->status = (int)e->code;
        break;
    case SSHCORE_EVENT_EXIT_SIGNAL:
        fprintf(stderr, "ended by SIG%s\n", e->name);
        break;
    case SSHCORE_EVENT_CHANNEL_REFUSED:
    case SSHCORE_EVENT_CHANNEL_CLOSED:
        s->started = 0;
        CHECK(sshcore_disconnect(s->connection, 11, NULL));
        break;
    case SSHCORE_EVENT_CLOSED:
        if (e->code != SSHCORE_ERROR_LOCAL_DISCONNECT) {
            fprintf(stderr, "connection: %s\n", e->detail);
        }
        break;
    default:
        if (e->token != 0) {
            CHECK(sshcore_answer_deny(s->connection, e->token));
        }
        break;
    }
}

/* Gives the channel what was read, as far as it takes it; the rest goes when it is writable again. */
static void feed(struct session *s)
{
    size_t written;
    if (!s->started) {
        return;
    }
    CHECK(sshcore_channel_write(s->connection, s->channel, 0, s->input + s->input_start, s->input_end - s->input_start, &written));
    s->input_start += written;
    if (s->input_ended == 1 && s->input_start == s->input_end) {
        CHECK(sshcore_channel_send_eof(s->connection, s->channel));
        s->input_ended = 2;
    }
    if (resized) {
        sshcore_pty pty;
        resized = 0;
        terminal_size(&pty);
        CHECK(sshcore_request_window_change(s->connection, s->channel, &pty));
    }
}

/* Moves what can be moved now; 0 once the connection is done. */
static int advance(struct session *s, int fd)
{
    sshcore_event e;
    sshcore_result result;
    uint32_t finished;
    SSHCORE_INIT(e);
    do {
        CHECK(sshcore_poll_event(s->connection, &e));
        while (e.kind != SSHCORE_EVENT_NONE) {
            on_event(s, &e);
            CHECK(sshcore_poll_event(s->connection, &e));
        }
        feed(s);
        result = sshcore_pump(s->connection, fd, 0);
        CHECK(sshcore_is_finished(s->connection, &finished));
    } while (result == SSHCORE_OK && !finished);
    if (result != SSHCORE_OK && result != SSHCORE_E_TIMEOUT) {
        CHECK(result);
    }
    return !finished;
}

/* Until the server, the user or the clock has something. */
static void wait_for_any(struct session *s, int fd)
{
    struct pollfd entries[2];
    struct timespec t;
    const uint8_t *data;
    size_t length;
    uint32_t wants;
    uint64_t at, now;
    int limit = -1;
    clock_gettime(CLOCK_MONOTONIC, &t);
    now = (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
    CHECK(sshcore_next_timeout(s->connection, &at));
    if (at != SSHCORE_NEVER) {
        limit = at <= now ? 0 : at - now > 3600000000u ? 3600000 : (int)((at - now) / 1000 + 1);
    }
    CHECK(sshcore_wants_input(s->connection, &wants));
    CHECK(sshcore_output(s->connection, &data, &length));
    entries[0].fd = fd;
    entries[0].events = (short)((wants ? POLLIN : 0) | (length > 0 ? POLLOUT : 0));
    entries[1].fd = s->started && !s->input_ended && s->input_start == s->input_end ? STDIN_FILENO : -1;
    entries[1].events = POLLIN;
    if (poll(entries, 2, limit) > 0 && entries[1].fd >= 0 && entries[1].revents != 0) {
        ssize_t count = read(STDIN_FILENO, s->input, sizeof s->input);
        s->input_start = 0;
        s->input_end = count > 0 ? (size_t)count : 0;
        s->input_ended = count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN);
    }
}

static int dial(const char *host, const char *port)
{
    struct addrinfo hints, *all, *a;
    int fd = -1, one = 1, error;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    error = getaddrinfo(host, port, &hints, &all);
    if (error != 0) {
        fprintf(stderr, "%s: %s\n", host, gai_strerror(error));
        exit(1);
    }
    for (a = all; a != NULL && fd < 0; a = a->ai_next) {
        fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        if (fd >= 0 && connect(fd, a->ai_addr, a->ai_addrlen) != 0) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(all);
    if (fd < 0) {
        perror(host);
        exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static size_t read_file(const char *name, uint8_t *bytes, size_t size)
{
    FILE *file = fopen(name, "rb");
    size_t length;
    if (file == NULL) {
        perror(name);
        exit(1);
    }
    length = fread(bytes, 1, size, file);
    fclose(file);
    return length;
}

int main(int argc, char **argv)
{
    static uint8_t file[1 << 20];
    static struct session s;
    struct sigaction action;
    int fd;
    if (argc != 6 && argc != 7) {
        fprintf(stderr, "usage: %s HOST PORT USER KEY-FILE KNOWN-HOSTS [COMMAND]\n", argv[0]);
        return 2;
    }
    s.host = argv[1];
    s.port = (uint32_t)atoi(argv[2]);
    s.command = argc == 7 ? argv[6] : NULL;
    s.status = 255;
    CHECK(sshcore_key_parse(file, read_file(argv[4], file, sizeof file), NULL, 0, &s.key));
    CHECK(sshcore_known_hosts_parse(file, read_file(argv[5], file, sizeof file), &s.known_hosts, NULL));
    memset(file, 0, sizeof file);
    memset(&action, 0, sizeof action);
    action.sa_handler = on_resize; /* ends poll(2) too */
    sigaction(SIGWINCH, &action, NULL);

    fd = dial(argv[1], argv[2]);
    CHECK(sshcore_client_new(NULL, &s.connection));
    CHECK(sshcore_authenticate(s.connection, argv[3]));
    while (advance(&s, fd)) {
        wait_for_any(&s, fd);
    }
    close(fd);
    CHECK(sshcore_connection_free(s.connection));
    CHECK(sshcore_known_hosts_free(s.known_hosts));
    CHECK(sshcore_key_free(s.key));
    if (sshcore_live_handles() != 0) {
        fprintf(stderr, "%zu handles left\n", sshcore_live_handles());
    }
    return s.status;
}
