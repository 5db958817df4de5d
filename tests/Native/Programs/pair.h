/* A client and a server in one process, joined by copying bytes: the loop that several programs here share. */
#ifndef PAIR_H
#define PAIR_H

#include "check.h"

enum { PAIR_MESSAGE = 32768, PAIR_QUEUE = 131072 };

struct pair {
    sshcore_connection *client, *server;
    uint32_t channel;
    uint64_t received;
    int wants_channel; /* open a session once logged in */
    int opened;
    uint64_t *hash; /* of all bytes that go either way; NULL if not wanted */
};

static inline void pair_hash(uint64_t *hash, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        *hash = (*hash ^ data[i]) * UINT64_C(1099511628211); /* FNV-1a */
    }
}

/* Copies what one side wants to send into the other's receive buffer, at most about PAIR_QUEUE bytes. */
static inline void pair_move(const struct pair *p, sshcore_connection *from, sshcore_connection *to)
{
    for (;;) {
        const uint8_t *data;
        uint8_t *room;
        size_t length, free_bytes;
        uint32_t wants;
        CHECK(sshcore_output(from, &data, &length));
        CHECK(sshcore_wants_input(to, &wants));
        if (length == 0 || !wants) {
            return;
        }
        CHECK(sshcore_receive_buffer(to, &room, &free_bytes));
        length = length < free_bytes ? length : free_bytes;
        memcpy(room, data, length);
        if (p->hash != NULL) {
            pair_hash(p->hash, data, length);
        }
        CHECK(sshcore_commit(to, length));
        CHECK(sshcore_output_advance(from, length));
        if (length >= PAIR_QUEUE) {
            return;
        }
    }
}

/* One turn: the client's bytes to the server, which accepts everything and counts data; the server's bytes to the client. */
static inline void pair_step(struct pair *p)
{
    sshcore_event e;
    const uint8_t *data;
    size_t length;
    uint64_t timeout;
    SSHCORE_INIT(e);
    pair_move(p, p->client, p->server);
    for (CHECK(sshcore_poll_event(p->server, &e)); e.kind != 0; CHECK(sshcore_poll_event(p->server, &e))) {
        if (e.kind == SSHCORE_EVENT_CHANNEL_DATA) {
            CHECK(sshcore_borrow_data(p->server, &data, &length));
            p->received += length;
        } else if (e.kind == SSHCORE_EVENT_USER_PRESENTED) {
            CHECK(sshcore_answer_methods(p->server, e.token, "password"));
        } else if (e.token != 0) {
            CHECK(sshcore_answer_accept(p->server, e.token));
        }
    }
    pair_move(p, p->server, p->client);
    for (CHECK(sshcore_poll_event(p->client, &e)); e.kind != 0; CHECK(sshcore_poll_event(p->client, &e))) {
        if (e.kind == SSHCORE_EVENT_HOST_KEY_OFFERED) {
            CHECK(sshcore_answer_accept(p->client, e.token));
        } else if (e.kind == SSHCORE_EVENT_AUTH_METHOD_NEEDED) {
            CHECK(sshcore_answer_password(p->client, e.token, (const uint8_t *)"x", 1));
        } else if (e.kind == SSHCORE_EVENT_AUTHENTICATED && p->wants_channel) {
            CHECK(sshcore_channel_open(p->client, "session", NULL, &p->channel));
        } else if (e.kind == SSHCORE_EVENT_CHANNEL_OPENED) {
            p->opened = 1;
        }
    }
    CHECK(sshcore_next_timeout(p->client, &timeout));
    CHECK(sshcore_tick(p->client, 0));
}

/* Both sides, nothing moved yet. Settings of NULL leave everything to the library. */
static inline void pair_new(struct pair *p, const sshcore_settings *settings, sshcore_key *host_key, int wants_channel)
{
    sshcore_settings own;
    sshcore_key *const *keys = &host_key;
    memset(p, 0, sizeof *p);
    p->wants_channel = wants_channel;
    SSHCORE_INIT(own);
    if (settings != NULL) {
        own = *settings;
    }
    CHECK(sshcore_client_new(&own, &p->client));
    own.host_keys = keys;
    own.host_key_count = 1;
    if (own.insecure_seed != NULL) {
        own.insecure_seed = (const uint8_t *)"server";
        own.insecure_seed_length = 6;
    }
    CHECK(sshcore_server_new(&own, &p->server));
    CHECK(sshcore_authenticate(p->client, "joe"));
}

/* Steps until the client is logged in, and its channel is open if it wants one. */
static inline void pair_log_in(struct pair *p)
{
    uint32_t authenticated = 0;
    while (!authenticated || (p->wants_channel && !p->opened)) {
        pair_step(p);
        CHECK(sshcore_is_authenticated(p->client, &authenticated));
    }
    pair_step(p);
}

/* Sends so many bytes from the client to the server, and steps until they are there. */
static inline void pair_carry(struct pair *p, uint64_t bytes)
{
    static const uint8_t message[PAIR_MESSAGE];
    uint64_t goal = p->received + bytes, sent = 0;
    while (p->received < goal) {
        size_t written = 1, queued = 0;
        while (p->opened && sent < bytes && written > 0 && queued < PAIR_QUEUE) {
            size_t length = bytes - sent < PAIR_MESSAGE ? (size_t)(bytes - sent) : PAIR_MESSAGE;
            CHECK(sshcore_channel_write(p->client, p->channel, 0, message, length, &written));
            sent += written;
            queued += written;
        }
        pair_step(p);
    }
}

static inline void pair_free(struct pair *p)
{
    CHECK(sshcore_connection_free(p->client));
    CHECK(sshcore_connection_free(p->server));
}

#endif
