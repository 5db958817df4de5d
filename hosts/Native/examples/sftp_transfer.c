/*
 * Puts a file on a server and gets it back, with as many requests on the way as the line takes:
 * sftp_transfer PORT USER KEY-FILE KNOWN-HOSTS LOCAL REMOTE BACK
 */
#include "check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 18 };

struct transfer {
    sshcore_connection *connection;
    sshcore_sftp *sftp;
    int fd;
    int local;
    uint64_t size;
    uint64_t offset;   /* put: of the next piece */
    uint64_t done;     /* bytes that came back */
    int phase;         /* 0 log-in, 1 put, 2 get, 3 done */
    const char *remote, *back;
    uint8_t *buffer;
};

static sshcore_key *key;
static sshcore_known_hosts *known_hosts;
static uint32_t port;

static void fail(const char *what)
{
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* Gives the upload as much as it takes. */
static void write_more(struct transfer *t, uint64_t upload)
{
    for (;;) {
        size_t taken;
        ssize_t count = pread(t->local, t->buffer, PIECE, (off_t)t->offset);
        if (count < 0) {
            fail("the local file cannot be read");
        }
        if (count == 0) {
            CHECK(sshcore_sftp_upload_complete(t->sftp, upload));
            return;
        }
        CHECK(sshcore_sftp_upload_write(t->sftp, upload, t->buffer, (size_t)count, &taken));
        t->offset += taken;
        if (taken < (size_t)count) {
            return; /* TRANSFER_ROOM follows */
        }
    }
}

static void on_transfer_ended(struct transfer *t, const sshcore_file_reply *reply)
{
    uint64_t transfer;
    if (reply->code != SSHCORE_STATUS_OK) {
        fail(reply->message);
    }
    close(t->local);
    if (t->phase == 1) {
        t->phase = 2;
        t->local = open(t->back, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (t->local < 0) {
            fail("the local file cannot be made");
        }
        CHECK(sshcore_sftp_download(t->sftp, (const uint8_t *)t->remote, strlen(t->remote), NULL, &transfer));
    } else {
        t->phase = 3;
        CHECK(sshcore_disconnect(t->connection, 11, NULL));
    }
}

static void on_reply(struct transfer *t, const sshcore_file_reply *reply)
{
    uint64_t transfer;
    switch (reply->kind) {
    case SSHCORE_REPLY_VERSION:
        t->phase = 1;
        CHECK(sshcore_sftp_upload(t->sftp, (const uint8_t *)t->remote, strlen(t->remote), NULL, &transfer));
        break;
    case SSHCORE_REPLY_TRANSFER_ROOM:
        write_more(t, reply->transfer);
        break;
    case SSHCORE_REPLY_TRANSFER_DATA:
        if (pwrite(t->local, reply->data, reply->data_length, (off_t)reply->offset) != (ssize_t)reply->data_length) {
            fail("the local file cannot be written");
        }
        t->done += reply->data_length;
        break;
    case SSHCORE_REPLY_TRANSFER_ENDED:
        on_transfer_ended(t, reply);
        break;
    case SSHCORE_REPLY_ENDED:
        if (t->phase != 3) {
            fail(reply->message);
        }
        break;
    default:
        break;
    }
}

static void on_event(struct transfer *t, const sshcore_event *e)
{
    sshcore_file_reply reply;
    uint32_t channel;
    switch (e->kind) {
    case SSHCORE_EVENT_HOST_KEY_OFFERED:
        CHECK(sshcore_known_hosts_check(known_hosts, "127.0.0.1", port, e->key, e->key_length));
        CHECK(sshcore_answer_accept(t->connection, e->token));
        break;
    case SSHCORE_EVENT_AUTH_METHOD_NEEDED:
        if (e->name[0] != '\0') {
            fail("the key was refused");
        }
        CHECK(sshcore_answer_key(t->connection, e->token, key, NULL, 0));
        break;
    case SSHCORE_EVENT_AUTHENTICATED:
        CHECK(sshcore_channel_open(t->connection, "session", NULL, &channel));
        break;
    case SSHCORE_EVENT_CHANNEL_OPENED:
        CHECK(sshcore_request_subsystem(t->connection, e->channel, "sftp", 1, NULL));
        break;
    case SSHCORE_EVENT_REQUEST_REPLIED:
        if (!(e->flags & SSHCORE_FLAG_SUCCESS)) {
            fail("the server has no sftp");
        }
        CHECK(sshcore_sftp_client_new(NULL, &t->sftp));
        CHECK(sshcore_sftp_attach(t->connection, e->channel, t->sftp));
        break;
    case SSHCORE_EVENT_SFTP_READY:
        SSHCORE_INIT(reply);
        for (;;) {
            CHECK(sshcore_sftp_poll_reply(t->sftp, &reply));
            if (reply.kind == SSHCORE_REPLY_NONE) {
                break;
            }
            on_reply(t, &reply);
        }
        break;
    case SSHCORE_EVENT_CLOSED:
        if (t->phase != 3) {
            fail(e->detail);
        }
        break;
    default:
        if (e->token != 0) {
            CHECK(sshcore_answer_deny(t->connection, e->token));
        }
        break;
    }
}

static void run(struct transfer *t)
{
    sshcore_event e;
    uint32_t finished = 0;
    SSHCORE_INIT(e);
    while (!finished) {
        CHECK(sshcore_pump(t->connection, t->fd, 60000));
        for (;;) {
            CHECK(sshcore_poll_event(t->connection, &e));
            if (e.kind == SSHCORE_EVENT_NONE) {
                break;
            }
            on_event(t, &e);
        }
        CHECK(sshcore_is_finished(t->connection, &finished));
    }
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
    struct transfer t;
    struct sockaddr_in address;
    struct stat status;
    size_t length;
    uint8_t *file;
    int one = 1;
    if (argc != 8) {
        fprintf(stderr, "usage: %s PORT USER KEY-FILE KNOWN-HOSTS LOCAL REMOTE BACK\n", argv[0]);
        return 2;
    }
    memset(&t, 0, sizeof t);
    port = (uint32_t)atoi(argv[1]);
    file = read_file(argv[3], &length);
    CHECK(sshcore_key_parse(file, length, NULL, 0, &key));
    free(file);
    file = read_file(argv[4], &length);
    CHECK(sshcore_known_hosts_parse(file, length, &known_hosts, NULL));
    free(file);
    t.remote = argv[6];
    t.back = argv[7];
    t.buffer = malloc(PIECE);
    t.local = open(argv[5], O_RDONLY | O_CLOEXEC);
    if (t.buffer == NULL || t.local < 0 || fstat(t.local, &status) != 0) {
        fail("the local file cannot be opened");
    }
    t.size = (uint64_t)status.st_size;

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    t.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (t.fd < 0 || connect(t.fd, (struct sockaddr *)&address, sizeof address) != 0) {
        fail("no connection");
    }
    setsockopt(t.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);

    CHECK(sshcore_client_new(NULL, &t.connection));
    CHECK(sshcore_authenticate(t.connection, argv[2]));
    run(&t);

    CHECK(sshcore_sftp_free(t.sftp));
    CHECK(sshcore_connection_free(t.connection));
    CHECK(sshcore_key_free(key));
    CHECK(sshcore_known_hosts_free(known_hosts));
    close(t.fd);
    free(t.buffer);
    printf("%llu bytes put and got, %zu handles left\n", (unsigned long long)t.done, sshcore_live_handles());
    return t.phase == 3 && t.done == t.size && sshcore_live_handles() == 0 ? 0 : 1;
}
