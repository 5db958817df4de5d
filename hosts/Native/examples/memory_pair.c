/*
 * A client and a server in one process, joined by copying bytes. All randomness comes from a seed, so that every run carries the
 * same bytes: it prints a hash of them.
 */
#include "check.h"

struct side {
    sshcore_connection *connection;
    uint64_t sent;
    uint64_t hash;
};

struct state {
    struct side client;
    struct side server;
    uint32_t channel;
    char echoed[64];
    size_t echoed_length;
    uint32_t status;
    int done;
};

static uint64_t hash_more(uint64_t hash, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ data[i]) * UINT64_C(1099511628211); /* FNV-1a */
    }
    return hash;
}

/* Moves what one side wants to send to the other; 1 if there was something. */
static int carry(struct side *from, struct side *to)
{
    int moved = 0;
    for (;;) {
        const uint8_t *data;
        size_t length, taken;
        CHECK(sshcore_output(from->connection, &data, &length));
        if (length == 0) {
            return moved;
        }
        CHECK(sshcore_receive(to->connection, data, length, &taken));
        if (taken == 0) {
            return moved;
        }
        from->hash = hash_more(from->hash, data, taken);
        from->sent += taken;
        CHECK(sshcore_output_advance(from->connection, taken));
        moved = 1;
    }
}

static void on_client_event(struct state *s, const sshcore_event *e)
{
    sshcore_connection *c = s->client.connection;
    size_t count;
    switch (e->kind) {
    case SSHCORE_EVENT_HOST_KEY_OFFERED:
        CHECK(sshcore_answer_accept(c, e->token)); /* a program that has a network checks it */
        break;
    case SSHCORE_EVENT_AUTH_METHOD_NEEDED:
        CHECK(sshcore_answer_password(c, e->token, (const uint8_t *)"secret", 6));
        break;
    case SSHCORE_EVENT_AUTHENTICATED:
        CHECK(sshcore_channel_open(c, "session", NULL, &s->channel));
        break;
    case SSHCORE_EVENT_CHANNEL_OPENED:
        CHECK(sshcore_request_exec(c, e->channel, (const uint8_t *)"echo", 4, 1, NULL));
        CHECK(sshcore_channel_write(c, e->channel, 0, (const uint8_t *)"hello, world", 12, &count));
        CHECK(sshcore_channel_send_eof(c, e->channel));
        break;
    case SSHCORE_EVENT_CHANNEL_DATA:
        CHECK(sshcore_channel_read(c, e->channel, e->stream, (uint8_t *)s->echoed + s->echoed_length,
            sizeof s->echoed - 1 - s->echoed_length, &count));
        s->echoed_length += count;
        break;
    case SSHCORE_EVENT_EXIT_STATUS:
        s->status = e->code;
        break;
    case SSHCORE_EVENT_CHANNEL_CLOSED:
        CHECK(sshcore_disconnect(c, 11, NULL));
        break;
    case SSHCORE_EVENT_CLOSED:
        s->done = 1;
        break;
    default:
        break;
    }
}

static void on_server_event(struct state *s, const sshcore_event *e)
{
    sshcore_connection *c = s->server.connection;
    const uint8_t *data;
    size_t length, count;
    switch (e->kind) {
    case SSHCORE_EVENT_PASSWORD_ATTEMPT:
        if (strcmp(e->user, "joe") == 0 && e->data_length == 6 && memcmp(e->data, "secret", 6) == 0) {
            CHECK(sshcore_answer_accept(c, e->token));
        } else {
            CHECK(sshcore_answer_deny(c, e->token));
        }
        break;
    case SSHCORE_EVENT_OPEN_REQUESTED:
    case SSHCORE_EVENT_CHANNEL_REQUESTED:
        CHECK(sshcore_answer_accept(c, e->token));
        break;
    case SSHCORE_EVENT_CHANNEL_DATA:
        CHECK(sshcore_borrow_data(c, &data, &length));
        CHECK(sshcore_channel_write(c, e->channel, 0, data, length, &count));
        break;
    case SSHCORE_EVENT_CHANNEL_EOF:
        CHECK(sshcore_request_exit_status(c, e->channel, 7));
        CHECK(sshcore_channel_close(c, e->channel));
        break;
    default:
        if (e->token != 0) {
            CHECK(sshcore_answer_deny(c, e->token));
        }
        break;
    }
}

static void poll_events(struct state *s, struct side *side, void (*on_event)(struct state *, const sshcore_event *))
{
    sshcore_event e;
    SSHCORE_INIT(e);
    for (;;) {
        CHECK(sshcore_poll_event(side->connection, &e));
        if (e.kind == SSHCORE_EVENT_NONE) {
            return;
        }
        on_event(s, &e);
    }
}

int main(void)
{
    struct state s;
    sshcore_settings settings;
    sshcore_key *host_key;
    sshcore_key *const *host_keys = &host_key;
    memset(&s, 0, sizeof s);
    s.client.hash = s.server.hash = UINT64_C(14695981039346656037);

    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, "host", (const uint8_t *)"host", 4, &host_key));
    SSHCORE_INIT(settings);
    settings.insecure_seed = (const uint8_t *)"client";
    settings.insecure_seed_length = 6;
    CHECK(sshcore_client_new(&settings, &s.client.connection));
    settings.insecure_seed = (const uint8_t *)"server";
    settings.host_keys = host_keys;
    settings.host_key_count = 1;
    CHECK(sshcore_server_new(&settings, &s.server.connection));
    CHECK(sshcore_key_free(host_key)); /* the server has its own hold on it */

    CHECK(sshcore_tick(s.client.connection, 0));
    CHECK(sshcore_tick(s.server.connection, 0));
    CHECK(sshcore_authenticate(s.client.connection, "joe"));
    for (int idle = 0; idle < 2;) {
        int moved = carry(&s.client, &s.server);
        poll_events(&s, &s.server, on_server_event);
        moved |= carry(&s.server, &s.client);
        poll_events(&s, &s.client, on_client_event);
        idle = moved ? 0 : idle + 1;
    }

    CHECK(sshcore_connection_free(s.client.connection));
    CHECK(sshcore_connection_free(s.server.connection));
    printf("%s, status %u, transcript %016llx %016llx\n", s.echoed, (unsigned)s.status,
        (unsigned long long)s.client.hash, (unsigned long long)s.server.hash);
    return s.done && sshcore_live_handles() == 0 ? 0 : 1;
}
