/*
 * Threads: pairs on threads of their own run in parallel; one pair moves from thread to thread with every step; and a handle that
 * many threads use at once gives OK or BUSY and nothing else. threads [MEBIBYTES ATTEMPTS]
 */
#include "pair.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 4, TURNS = 25 };

/* How much a pair of its own carries, and how often a contested handle is used: less under valgrind. */
static uint64_t megabytes = 8;
static int attempts = 20000;

static sshcore_key *host_key;

static void *alone(void *unused)
{
    struct pair p;
    (void)unused;
    for (int i = 0; i < 3; i++) {
        pair_new(&p, NULL, host_key, 1);
        pair_carry(&p, megabytes << 20);
        pair_free(&p);
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
        pair_carry(&shared, 1 << 18);
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
    for (int i = 0; i < attempts; i++) {
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

int main(int argc, char **argv)
{
    if (argc == 3) {
        megabytes = (uint64_t)atoi(argv[1]);
        attempts = atoi(argv[2]);
    }
    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, NULL, NULL, 0, &host_key));
    run(alone);
    pair_new(&shared, NULL, host_key, 1);
    run(in_turns);
    pair_free(&shared);
    CHECK(sshcore_client_new(NULL, &contested));
    run(at_once);
    CHECK(sshcore_connection_free(contested));
    CHECK(sshcore_key_free(host_key));
    printf("moved %llu bytes; %s; %zu handles left\n", (unsigned long long)shared.received,
        oks > 0 && others == 0 ? "only OK and BUSY" : "something else", sshcore_live_handles());
    return oks > 0 && others == 0 ? 0 : 1;
}
