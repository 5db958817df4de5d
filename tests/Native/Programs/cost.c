/*
 * What the library costs: how long it takes to load, what channel data through a pair takes, and what an idle connection holds.
 * cost LIBRARY
 */
#include "check.h"

#include <dlfcn.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 32768 };

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

struct pair {
    sshcore_connection *client, *server;
    uint32_t channel;
    uint64_t received;
    int opened;
};

static void move(sshcore_connection *from, sshcore_connection *to)
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
        CHECK(sshcore_commit(to, length));
        CHECK(sshcore_output_advance(from, length));
        if (length >= 131072) {
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
    move(p->client, p->server);
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
    move(p->server, p->client);
    for (CHECK(sshcore_poll_event(p->client, &e)); e.kind != 0; CHECK(sshcore_poll_event(p->client, &e))) {
        if (e.kind == SSHCORE_EVENT_HOST_KEY_OFFERED) {
            CHECK(sshcore_answer_accept(p->client, e.token));
        } else if (e.kind == SSHCORE_EVENT_AUTH_METHOD_NEEDED) {
            CHECK(sshcore_answer_password(p->client, e.token, (const uint8_t *)"x", 1));
        } else if (e.kind == SSHCORE_EVENT_CHANNEL_OPENED) {
            p->opened = 1;
        }
    }
}

static void log_in(struct pair *p, sshcore_key *key)
{
    sshcore_settings settings;
    sshcore_key *const *keys = &key;
    uint32_t authenticated = 0;
    memset(p, 0, sizeof *p);
    SSHCORE_INIT(settings);
    settings.ciphers = "aes256-gcm@openssh.com";
    settings.key_exchanges = "curve25519-sha256";
    CHECK(sshcore_client_new(&settings, &p->client));
    settings.host_keys = keys;
    settings.host_key_count = 1;
    CHECK(sshcore_server_new(&settings, &p->server));
    CHECK(sshcore_authenticate(p->client, "joe"));
    while (!authenticated) {
        step(p);
        CHECK(sshcore_is_authenticated(p->client, &authenticated));
    }
    step(p);
}

static void carry(struct pair *p, uint64_t bytes)
{
    static uint8_t message[MESSAGE];
    uint64_t goal = p->received + bytes, sent = 0;
    while (p->received < goal) {
        size_t written = 1, queued = 0;
        while (sent < bytes && written > 0 && queued < 131072) {
            CHECK(sshcore_channel_write(p->client, p->channel, 0, message, MESSAGE, &written));
            sent += written;
            queued += written;
        }
        step(p);
    }
}

static long resident(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1) {
        exit(1);
    }
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv)
{
    enum { IDLE = 2000 };
    static struct pair idle[IDLE];
    struct pair p;
    sshcore_key *key;
    double started, best = 1e9, loaded;
    long before;
    if (argc != 2) {
        return 2;
    }
    /* The program is linked with it, so it is loaded already; a copy under another name is loaded anew. */
    started = now(CLOCK_MONOTONIC);
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    uint32_t (*version)(void) = NULL;
    void *symbol = library == NULL ? NULL : dlsym(library, "sshcore_version_number");
    memcpy(&version, &symbol, sizeof version);
    if (version == NULL || version() != SSHCORE_VERSION_NUMBER) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    loaded = (now(CLOCK_MONOTONIC) - started) * 1000;
    printf("load and first call: %.2f ms\n", loaded);

    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, NULL, NULL, 0, &key));
    log_in(&p, key);
    CHECK(sshcore_channel_open(p.client, "session", NULL, &p.channel));
    while (!p.opened) {
        step(&p);
    }
    for (int i = 0; i < 9; i++) {
        started = now(CLOCK_THREAD_CPUTIME_ID);
        carry(&p, 128 << 20);
        double spent = now(CLOCK_THREAD_CPUTIME_ID) - started;
        best = spent < best ? spent : best;
    }
    printf("pair, aes256-gcm, 32 KiB messages: %.0f MiB/s, %.3f CPU s/GiB\n", 128 / best, best * 8);

    before = resident();
    for (int i = 0; i < IDLE; i++) {
        log_in(&idle[i], key);
    }
    printf("idle, logged in: %.1f KiB of the process per connection\n", (double)(resident() - before) / (2 * IDLE));
    return loaded < 10 ? 0 : 1;
}
