/*
 * Calls every function with handles that are live, stale, NULL, made up or of another type, small numbers and short texts, in an
 * order that the seed decides: random_calls SEED COUNT [THREADS]. Ends with 1 at a result that no call may give. The table of the
 * functions is made from the header.
 */
#include "check.h"

#include <pthread.h>
#include <sys/socket.h>

struct function {
    const char *name;
    void (*call)(void);
    const char *parameters; /* a letter each; see argument() */
    size_t sizes[12];       /* of the struct that a parameter points to; 0 for none */
};

#include "functions.h"

enum { TYPES = 7, POOL = 6, ROOM = 16384, PLACES = 12, RESULTS = 34 };

typedef uintptr_t word;
typedef sshcore_result any_function(word, word, word, word, word, word, word, word, word, word, word, word);

static const char types[TYPES + 1] = "CKHBSEA";
static _Atomic word pool[TYPES][POOL];
static int descriptors[2];
static unsigned long count;
static int threads = 1;
static _Atomic int failed;
static _Atomic unsigned long seen[RESULTS];

struct run {
    uint64_t state;
    uint64_t room[PLACES][ROOM / 8];
    const void *pointers[64];
    uint64_t target[64]; /* a struct for a list of them */
};

static uint32_t next(struct run *r, uint32_t below)
{
    r->state ^= r->state << 13; /* xorshift64 */
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return (uint32_t)(r->state >> 33) % below;
}

static void on_log(void *context, int32_t level, const char *message, size_t length)
{
    (void)context;
    if (level == SSHCORE_LOG_ERROR) {
        fprintf(stderr, "%.*s\n", (int)length, message);
    }
}

static const char *text(struct run *r)
{
    static const char *const all[] = {"", "x", "joe", "session", "sftp", "publickey,password", "direct-tcpip", "TERM", "ssh-ed25519", "\xff", "keyboard-interactive"};
    return all[next(r, sizeof all / sizeof *all)];
}

static void keep(struct run *r, char type, word handle)
{
    pool[strchr(types, type) - types][next(r, POOL)] = handle; /* what it replaces was freed, or is found at the end by its count */
}

static word handle(struct run *r, char type)
{
    static const word none[] = {0, 1, UINTPTR_MAX, 0x1558000000000000};
    uint32_t choice = next(r, 20);
    size_t index = choice == 0 ? next(r, TYPES) : (size_t)(strchr(types, type) - types);
    return choice == 1 ? none[next(r, 4)] : pool[index][next(r, POOL)];
}

static word argument(struct run *r, const struct function *f, int i)
{
    char kind = f->parameters[i];
    uint64_t *room = r->room[i];
    if (strchr(types, kind) != NULL) {
        return handle(r, kind);
    }
    switch (kind) {
    case 'n': /* a number, small as a rule */
        return next(r, 30) == 0 ? 0x7fffffff : next(r, 3) == 0 ? next(r, 300) : next(r, 4);
    case 'z': /* a length of memory that is there */
        return next(r, 3) == 0 ? next(r, ROOM) : next(r, 40);
    case 'd':
        return (word)(int64_t)(next(r, 3) == 0 ? -1 : descriptors[next(r, 2)]);
    case 'm': /* milliseconds */
        return next(r, 2);
    case 'f': /* a function: it is not called, because no easy handle is live */
        return (word)&on_log;
    case 't':
        return next(r, 30) == 0 ? 0 : (word)text(r);
    case 'l': /* a list of texts */
        for (size_t k = 0; k < 64; k++) {
            r->pointers[k] = text(r);
        }
        return (word)r->pointers;
    case 'r': /* a list of structs */
        memset(r->target, 0, sizeof r->target);
        r->target[0] = next(r, 4) == 0 ? next(r, 100) : f->sizes[i];
        for (size_t k = 0; k < 64; k++) {
            r->pointers[k] = r->target;
        }
        return (word)r->pointers;
    default: /* memory, whatever is in it; a struct has its size, or nearly, and then zeros */
        if (next(r, 40) == 0) {
            return 0;
        }
        if (f->sizes[i] != 0) {
            memset(room, 0, 4096);
            room[0] = next(r, 20) == 0 ? next(r, 5000) : f->sizes[i];
            if (strcmp(f->name, "sshcore_sftp_send") == 0) {
                sshcore_file_request *q = (void *)room;
                q->kind = next(r, 35);
                q->path = (const uint8_t *)text(r);
                q->path_length = strlen((const char *)q->path);
                q->text = text(r);
                q->handle = next(r, 4);
                q->length = next(r, 100);
            }
        }
        return (word)room;
    }
}

/* Carries bytes from one to the other, so that they come as far as chance lets them. */
static void carry(struct run *r)
{
    const uint8_t *data;
    size_t length, taken;
    sshcore_connection *from = (sshcore_connection *)handle(r, 'C'), *to = (sshcore_connection *)handle(r, 'C');
    if (from != to && sshcore_output(from, &data, &length) == SSHCORE_OK && sshcore_receive(to, data, length, &taken) == SSHCORE_OK) {
        sshcore_output_advance(from, taken);
    }
    sshcore_sftp *asks = (sshcore_sftp *)handle(r, 'S'), *answers = (sshcore_sftp *)handle(r, 'S');
    if (asks != answers && sshcore_sftp_output(asks, &data, &length) == SSHCORE_OK && sshcore_sftp_receive(answers, data, length, &taken) == SSHCORE_OK) {
        sshcore_sftp_output_advance(asks, taken);
    }
}

/* Makes what has become rare. */
static void make(struct run *r)
{
    word made = 0;
    sshcore_settings settings;
    uint32_t which = next(r, 7);
    size_t at = next(r, POOL);
    const size_t type = (size_t[]){0, 0, 1, 2, 4, 4, 6}[which];
    word before = pool[type][at];
    sshcore_key *key = (sshcore_key *)pool[1][next(r, POOL)];
    SSHCORE_INIT(settings);
    settings.log = on_log;
    settings.host_keys = &key;
    settings.host_key_count = 1;
    switch (which) {
    case 0: sshcore_client_new(&settings, (sshcore_connection **)&made); break;
    case 1: sshcore_server_new(&settings, (sshcore_connection **)&made); break;
    case 2: sshcore_key_generate(SSHCORE_KEY_ED25519, 0, NULL, NULL, 0, (sshcore_key **)&made); break;
    case 3: sshcore_known_hosts_parse(NULL, 0, (sshcore_known_hosts **)&made, NULL); break;
    case 4: sshcore_sftp_client_new(NULL, (sshcore_sftp **)&made); break;
    case 5: sshcore_sftp_server_new(NULL, (sshcore_sftp **)&made); break;
    default: sshcore_authorized_keys_parse((const uint8_t *)"wrong", 5, (sshcore_authorized_keys **)&made, NULL); break;
    }
    if (made == 0) {
        return;
    }
    sshcore_connection_free((sshcore_connection *)before); /* one of these is right; the others say BAD_HANDLE */
    sshcore_key_free((sshcore_key *)before);
    sshcore_known_hosts_free((sshcore_known_hosts *)before);
    sshcore_authorized_keys_free((sshcore_authorized_keys *)before);
    sshcore_sftp_free((sshcore_sftp *)before);
    pool[type][at] = made;
}

static void *go(void *argument_of_thread)
{
    struct run *r = argument_of_thread;
    for (unsigned long n = 0; n < count && !failed; n++) {
        const struct function *f = &functions[next(r, sizeof functions / sizeof *functions)];
        word a[12] = {0};
        uint32_t other = next(r, 4);
        if (other == 0 && threads == 1) {
            carry(r);
        }
        if (n % 64 == 0) {
            make(r);
        }
        if ((strstr(f->name, "_free") != NULL || strstr(f->name, "_abandon") != NULL || strstr(f->name, "_abort") != NULL || strstr(f->name, "_disconnect") != NULL || strstr(f->name, "receive_end") != NULL) && next(r, 8) != 0) {
            continue;
        }
        int out = -1;
        for (int i = 0; f->parameters[i] != 0; i++) {
            a[i] = argument(r, f, i);
            if (f->parameters[i] == 'o') {
                out = i;
            }
        }
        if (strstr(f->name, "key_generate") != NULL) {
            a[0] = next(r, 5); /* RSA takes its time */
        } else if (strstr(f->name, "key_write") != NULL) {
            a[3] = 0; /* and so does a passphrase */
        } else if (strstr(f->name, "send_ignore") != NULL) {
            a[1] %= 100;
        }
        word *made = out >= 0 ? (word *)a[out] : NULL;
        if (made != NULL) {
            *made = 0;
        }
        sshcore_result result = ((any_function *)f->call)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]);
        if (result < 0 || result >= RESULTS || result == SSHCORE_E_INTERNAL) {
            fprintf(stderr, "call %lu: %s gave %d\n", n, f->name, (int)result);
            failed = 1;
        } else {
            seen[result]++;
        }
        if (made != NULL && *made != 0) { /* no pool has room for all: blobs go at once, the others as chance wills */
            sshcore_blob_free((sshcore_blob *)*made);
            sshcore_connection_free((sshcore_connection *)*made);
            sshcore_key_free((sshcore_key *)*made);
            sshcore_known_hosts_free((sshcore_known_hosts *)*made);
            sshcore_authorized_keys_free((sshcore_authorized_keys *)*made);
            sshcore_sftp_free((sshcore_sftp *)*made);
            keep(r, 'B', *made);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static struct run runs[8];
    pthread_t other[8];
    if (argc < 3 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, descriptors) != 0) {
        return 2;
    }
    count = strtoul(argv[2], NULL, 10);
    threads = argc > 3 ? atoi(argv[3]) : 1;
    for (int i = 0; i < threads && i < 8; i++) {
        runs[i].state = (strtoull(argv[1], NULL, 10) + (uint64_t)i + 1) * UINT64_C(0x9E3779B97F4A7C15);
        if (pthread_create(&other[i], NULL, go, &runs[i]) != 0) {
            return 2;
        }
    }
    for (int i = 0; i < threads && i < 8; i++) {
        pthread_join(other[i], NULL);
    }
    for (int type = 0; type < TYPES; type++) {
        for (int i = 0; i < POOL; i++) {
            word left = pool[type][i];
            sshcore_connection_free((sshcore_connection *)left);
            sshcore_key_free((sshcore_key *)left);
            sshcore_known_hosts_free((sshcore_known_hosts *)left);
            sshcore_authorized_keys_free((sshcore_authorized_keys *)left);
            sshcore_sftp_free((sshcore_sftp *)left);
        }
    }
    for (int i = 0; i < RESULTS; i++) {
        if (seen[i] != 0) {
            printf("%lu: %s\n", seen[i], sshcore_result_text(i));
        }
    }
    printf("live: %zu\n", sshcore_live_handles());
    return failed || (threads == 1 && sshcore_live_handles() != 0);
}
