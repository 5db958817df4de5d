/*
 * Every key exchange, cipher and MAC of the library in a pair that carries a mebibyte. All randomness comes from a seed, so that the
 * lines are the same in every run and on every kind of processor; a line ends with a hash of all bytes that went either way. Those
 * exchanges whose private values another library draws have none.
 */
#include "pair.h"

static sshcore_key *host_key;

static void try(const char *kind, const char *name, sshcore_settings *settings)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    struct pair p;
    settings->allow_legacy = sshcore_algorithm_list(SSHCORE_LIST_LEGACY);
    settings->insecure_seed = (const uint8_t *)"client";
    settings->insecure_seed_length = 6;
    pair_new(&p, settings, host_key, 1);
    p.hash = &hash;
    pair_log_in(&p);
    pair_carry(&p, 1 << 20);
    int seeded = strstr(name, "ecdh-sha2-nistp") == NULL && strstr(name, "diffie-hellman-group") == NULL;
    printf("%s %s: %llu bytes", kind, name, (unsigned long long)p.received);
    printf(seeded ? ", %016llx\n" : "\n", (unsigned long long)hash);
    pair_free(&p);
}

static void try_each(uint32_t list, const char *kind)
{
    char names[2048];
    sshcore_settings settings;
    snprintf(names, sizeof names, "%s", sshcore_algorithm_list(list));
    for (char *name = strtok(names, ","); name != NULL; name = strtok(NULL, ",")) {
        if (strstr(name, "group-exchange") != NULL) {
            continue; /* its groups come from a file */
        }
        SSHCORE_INIT(settings);
        settings.key_exchanges = list == SSHCORE_LIST_KEY_EXCHANGES ? name : "curve25519-sha256";
        settings.ciphers = list == SSHCORE_LIST_CIPHERS ? name : list == SSHCORE_LIST_MACS ? "aes128-ctr" : NULL;
        settings.macs = list == SSHCORE_LIST_MACS ? name : NULL;
        try(kind, name, &settings);
    }
}

int main(void)
{
    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, "host", (const uint8_t *)"host", 4, &host_key));
    try_each(SSHCORE_LIST_KEY_EXCHANGES, "kex");
    try_each(SSHCORE_LIST_CIPHERS, "cipher");
    try_each(SSHCORE_LIST_MACS, "mac");
    CHECK(sshcore_key_free(host_key));
    return sshcore_live_handles() == 0 ? 0 : 1;
}
