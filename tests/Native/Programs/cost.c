/*
 * What the library costs: how long it takes to load, what channel data through a pair takes, and what an idle connection holds.
 * cost LIBRARY
 */
#include "pair.h"

#include <dlfcn.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
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
    sshcore_settings settings;
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
    SSHCORE_INIT(settings);
    settings.key_exchanges = "curve25519-sha256";
    settings.ciphers = "aes256-gcm@openssh.com";
    pair_new(&p, &settings, key, 1);
    pair_log_in(&p);
    for (int i = 0; i < 9; i++) {
        started = now(CLOCK_THREAD_CPUTIME_ID);
        pair_carry(&p, 128 << 20);
        double spent = now(CLOCK_THREAD_CPUTIME_ID) - started;
        best = spent < best ? spent : best;
    }
    printf("pair, aes256-gcm, 32 KiB messages: %.0f MiB/s, %.3f CPU s/GiB\n", 128 / best, best * 8);

    before = resident();
    for (int i = 0; i < IDLE; i++) {
        pair_new(&idle[i], &settings, key, 0);
        pair_log_in(&idle[i]);
    }
    printf("idle, logged in: %.1f KiB of the process per connection\n", (double)(resident() - before) / (2 * IDLE));
    return 0;
}
