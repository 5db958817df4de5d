/*
 * sshcore_pump on descriptors of all kinds: pump PORT USER PASSWORD
 * Blocking and non-blocking sockets to a server, whose host key is not looked at; signals during waits; descriptors that are
 * closed, at either end, and are no sockets. SIGPIPE keeps its action, which ends the program.
 */
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPECT(condition) expect((condition), #condition, __LINE__)

static volatile sig_atomic_t alarms;
static int versions;

static void expect(int condition, const char *what, int line)
{
    if (!condition) {
        fprintf(stderr, "line %d: %s\n", line, what);
        exit(1);
    }
}

static void on_alarm(int number)
{
    (void)number;
    alarms++;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A signal each few milliseconds, to this thread's waits; 0 stops them. */
static void ring(int milliseconds)
{
    struct itimerval every;
    memset(&every, 0, sizeof every);
    every.it_interval.tv_usec = every.it_value.tv_usec = milliseconds * 1000;
    setitimer(ITIMER_REAL, &every, NULL);
}

static int dial(uint32_t port, int flags)
{
    struct sockaddr_in address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0 || fcntl(fd, F_SETFL, flags) != 0) {
        perror("connect");
        exit(1);
    }
    return fd;
}

/* Polls events until there are none; 0 once the connection has ended. */
static int drain(sshcore_connection *c, const char *password, int *authenticated)
{
    sshcore_event e;
    SSHCORE_INIT(e);
    for (;;) {
        CHECK(sshcore_poll_event(c, &e));
        switch (e.kind) {
        case SSHCORE_EVENT_NONE:
            return 1;
        case SSHCORE_EVENT_CLOSED:
            return 0;
        case SSHCORE_EVENT_VERSION_RECEIVED:
            versions++;
            break;
        case SSHCORE_EVENT_HOST_KEY_OFFERED:
            CHECK(sshcore_answer_accept(c, e.token));
            break;
        case SSHCORE_EVENT_AUTH_METHOD_NEEDED:
            CHECK(sshcore_answer_password(c, e.token, (const uint8_t *)password, strlen(password)));
            break;
        case SSHCORE_EVENT_AUTHENTICATED:
            *authenticated = 1;
            break;
        default:
            break;
        }
    }
}

/* A peer that says nothing. */
static void quiet(int flags)
{
    int ends[2], authenticated = 0;
    double begin;
    sshcore_connection *c;
    sshcore_result result;
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && fcntl(ends[0], F_SETFL, flags) == 0);
    CHECK(sshcore_client_new(NULL, &c));

    /* A descriptor that is none changes nothing, neither with something to send nor later without. */
    EXPECT(sshcore_pump(c, -1, 0) == SSHCORE_E_ARGUMENT);
    EXPECT(sshcore_pump(c, 1000, 0) == SSHCORE_E_IO);

    /* 0 does not wait, and a limit is kept, once its first events were polled. */
    while ((result = sshcore_pump(c, ends[0], 0)) == SSHCORE_OK) {
        EXPECT(drain(c, "", &authenticated));
    }
    EXPECT(result == SSHCORE_E_TIMEOUT);
    begin = seconds();
    EXPECT(sshcore_pump(c, ends[0], 100) == SSHCORE_E_TIMEOUT);
    EXPECT(seconds() - begin > 0.099);

    /* A signal ends a turn. */
    alarms = 0;
    ring(5);
    EXPECT(sshcore_pump(c, ends[0], -1) == SSHCORE_OK);
    ring(0);
    EXPECT(alarms > 0);

    EXPECT(sshcore_pump(c, 1000, 0) == SSHCORE_E_IO);
    CHECK(sshcore_connection_free(c));
    close(ends[0]);
    close(ends[1]);
}

static void log_in(uint32_t port, const char *user, const char *password, int flags)
{
    int fd = dial(port, flags), authenticated = 0;
    uint32_t finished;
    sshcore_connection *c;
    sshcore_error error;
    CHECK(sshcore_client_new(NULL, &c));
    CHECK(sshcore_authenticate(c, user));
    do {
        EXPECT(drain(c, password, &authenticated));
        if (!authenticated) {
            CHECK(sshcore_pump(c, fd, 20000));
        }
    } while (!authenticated);

    /* This end was shut: sending fails without a signal, and the connection is over. */
    shutdown(fd, SHUT_RDWR);
    CHECK(sshcore_send_ignore(c, 10));
    SSHCORE_INIT(error);
    do {
        CHECK(sshcore_pump(c, fd, 1000));
    } while (drain(c, password, &authenticated));
    CHECK(sshcore_connection_error(c, &error));
    EXPECT(error.kind == SSHCORE_ERROR_CONNECTION_LOST);
    CHECK(sshcore_pump(c, fd, 0));
    CHECK(sshcore_is_finished(c, &finished));
    EXPECT(finished == 1);
    close(fd);
    CHECK(sshcore_connection_free(c));
}

/* The other end is gone before anything was sent. */
static void on_broken(int fd, const char *what)
{
    sshcore_connection *c;
    sshcore_error error;
    int authenticated = 0, turns = 0;
    sigset_t pending, mask;
    CHECK(sshcore_client_new(NULL, &c));
    do {
        EXPECT(++turns < 10);
        CHECK(sshcore_pump(c, fd, 1000));
    } while (drain(c, "", &authenticated));
    SSHCORE_INIT(error);
    CHECK(sshcore_connection_error(c, &error));
    if (error.kind != SSHCORE_ERROR_CONNECTION_LOST && error.kind != SSHCORE_ERROR_HOST_FAILURE) {
        fprintf(stderr, "%s: %s\n", what, error.message);
        exit(1);
    }
    sigpending(&pending);
    sigprocmask(SIG_SETMASK, NULL, &mask);
    EXPECT(!sigismember(&pending, SIGPIPE) && !sigismember(&mask, SIGPIPE));
    CHECK(sshcore_connection_free(c));
}

static void broken_streams(void)
{
    int ends[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    close(ends[1]);
    on_broken(ends[0], "socket");
    close(ends[0]);

    /* What it said before is read, though sending fails first. */
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    EXPECT(write(ends[1], "SSH-2.0-gone\r\n", 14) == 14);
    close(ends[1]);
    versions = 0;
    on_broken(ends[0], "socket that said something");
    EXPECT(versions == 1);
    close(ends[0]);
    EXPECT(pipe(ends) == 0);
    close(ends[0]);
    on_broken(ends[1], "pipe");
    close(ends[1]);
}

static void easy_with_signals(uint32_t port, const char *user, const char *password)
{
    sshcore_easy_options options;
    sshcore_easy_result result;
    sshcore_easy *easy;
    SSHCORE_INIT(options);
    options.host = "127.0.0.1";
    options.port = port;
    options.timeout_ms = 20000;
    options.insecure_any_host_key = 1;
    alarms = 0;
    ring(5);
    CHECK(sshcore_easy_connect(&options, &easy, NULL));
    CHECK(sshcore_easy_login_password(easy, user, (const uint8_t *)password, strlen(password)));
    SSHCORE_INIT(result);
    CHECK(sshcore_easy_exec(easy, (const uint8_t *)"sleep 0.3; echo done", 20, NULL, 0, &result));
    EXPECT(result.out_length == 5 && memcmp(result.out, "done\n", 5) == 0);
    CHECK(sshcore_easy_set_timeout(easy, 200));
    EXPECT(sshcore_easy_exec(easy, (const uint8_t *)"sleep 60", 8, NULL, 0, &result) == SSHCORE_E_TIMEOUT);
    ring(0);
    EXPECT(alarms > 10);
    CHECK(sshcore_easy_close(easy));
}

int main(int argc, char **argv)
{
    struct sigaction action;
    uint32_t port;
    if (argc != 4) {
        return 2;
    }
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm; /* without SA_RESTART */
    sigaction(SIGALRM, &action, NULL);
    signal(SIGPIPE, SIG_DFL);
    port = (uint32_t)atoi(argv[1]);
    quiet(0);
    quiet(O_NONBLOCK);
    log_in(port, argv[2], argv[3], 0);
    log_in(port, argv[2], argv[3], O_NONBLOCK);
    broken_streams();
    easy_with_signals(port, argv[2], argv[3]);
    printf("%zu handles left\n", sshcore_live_handles());
    return sshcore_live_handles() == 0 ? 0 : 1;
}
