/*
 * Threads: pairs on threads of their own run in parallel; one pair moves from thread to thread with every step; and a handle that
 * many threads use at once gives OK or BUSY and nothing else.
 */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 4, TURNS = 25 };

struct pair {
    sshcore_connection *client, *server;
    uint32_t channel;
    uint64_t received;
    int opened;
};

static sshcore_key *host_key;

static void make(struct pair *p)
{
    sshcore_settings settings;
    sshcore_key *const *keys = &host_key;
    memset(p, 0, sizeof *p);
    SSHCORE_INIT(settings);
    CHECK(sshcore_client_new(&settings, &p->client));
    settings.host_keys = keys;
    settings.host_key_count = 1;
    CHECK(sshcore_server_new(&settings, &p->server));
    CHECK(sshcore_authenticate(p->client, "joe"));
}

static void carry(sshcore_connection *from, sshcore_connection *to)
{
    for (;;) {
        const uint8_t *data;
        size_t length, taken;
        CHECK(sshcore_output(from, &data, &length));
        if (length == 0) {
            return;
        }
        CHECK(sshcore_receive(to, data, length, &taken));
        CHECK(sshcore_output_advance(from, taken));
        if (taken < length) {
            return;
        }
    }
}

static void step(struct pair *p)
{
    sshcore_event e;
    const uint8_t *data;
    size_t length;
    SSHCORE_INIT(e);
    carry(p->client, p->server);
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
    carry(p->server, p->client);
    for (CHECK(sshcore_poll_event(p->client, &e)); e.kind != 0; CHECK(sshcore_poll_event(p->client, &e))) {
        if (e.kind == SSHCORE_EVENT_HOST_KEY_OFFERED) {
            CHECK(sshcore_answer_accept(p->client, e.token));
        } else if (e.kind == SSHCORE_EVENT_AUTH_METHOD_NEEDED) {
            CHECK(sshcore_answer_password(p->client, e.token, (const uint8_t *)"x", 1));
        } else if (e.kind == SSHCORE_EVENT_AUTHENTICATED) {
            CHECK(sshcore_channel_open(p->client, "session", NULL, &p->channel));
        } else if (e.kind == SSHCORE_EVENT_CHANNEL_OPENED) {
            p->opened = 1;
        }
    }
}

static void send_some(struct pair *p, uint64_t bytes)
{
    static const uint8_t data[32768];
    uint64_t goal = p->received + bytes, sent = 0;
    while (p->received < goal) {
        size_t written = 0;
        if (p->opened && sent < bytes) {
            CHECK(sshcore_channel_write(p->client, p->channel, 0, data, bytes - sent < sizeof data ? bytes - sent : sizeof data, &written));
        }
        sent += written;
        step(p);
    }
}

static void *alone(void *unused)
{
    struct pair p;
    (void)unused;
    for (int i = 0; i < 3; i++) {
        make(&p);
        send_some(&p, 8 << 20);
        CHECK(sshcore_connection_free(p.client));
        CHECK(sshcore_connection_free(p.server));
    }
    return NULL;
}

static struct pair shared;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t next = PTHREAD_COND_INITIALIZER;
static int turn;

static void *in_turns(void *number)
{
    int own = *(int *)number;
    for (int i = 0; i < TURNS; i++) {
        pthread_mutex_lock(&gate);
        while (turn % THREADS != own) {
            pthread_cond_wait(&next, &gate);
        }
        send_some(&shared, 1 << 18);
        turn++;
        pthread_cond_broadcast(&next);
        pthread_mutex_unlock(&gate);
    }
    return NULL;
}

static atomic_int oks, busies, others;
static sshcore_connection *contested;

static void *at_once(void *unused)
{
    (void)unused;
    for (int i = 0; i < 20000; i++) {
        sshcore_event e;
        SSHCORE_INIT(e);
        sshcore_result result = i % 2 ? sshcore_tick(contested, (uint64_t)i) : sshcore_poll_event(contested, &e);
        atomic_fetch_add(result == SSHCORE_OK ? &oks : result == SSHCORE_E_BUSY ? &busies : &others, 1);
    }
    return NULL;
}

static void run(void *(*body)(void *))
{
    pthread_t threads[THREADS];
    int numbers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, body, &numbers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
}

int main(void)
{
    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, NULL, NULL, 0, &host_key));
    run(alone);
    make(&shared);
    run(in_turns);
    CHECK(sshcore_connection_free(shared.client));
    CHECK(sshcore_connection_free(shared.server));
    CHECK(sshcore_client_new(NULL, &contested));
    run(at_once);
    CHECK(sshcore_connection_free(contested));
    CHECK(sshcore_key_free(host_key));
    printf("moved %llu bytes; %s; %zu handles left\n", (unsigned long long)shared.received,
        oks > 0 && others == 0 ? "only OK and BUSY" : "something else", sshcore_live_handles());
    return oks > 0 && others == 0 ? 0 : 1;
}
