/* throughput MEBIBYTES: the CPU seconds that a pair takes for so much channel data, in messages of 32 KiB. */
#include "pair.h"

#include <sys/resource.h>

static double spent(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
    sshcore_settings settings;
    sshcore_key *key;
    struct pair p;
    double before;
    if (argc != 2) {
        return 2;
    }
    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, NULL, NULL, 0, &key));
    SSHCORE_INIT(settings);
    settings.key_exchanges = "curve25519-sha256";
    settings.ciphers = "aes256-gcm@openssh.com";
    pair_new(&p, &settings, key, 1);
    pair_log_in(&p);
    pair_carry(&p, 32 << 20);
    before = spent();
    pair_carry(&p, (uint64_t)atoi(argv[1]) << 20);
    printf("%.6f\n", spent() - before);
    pair_free(&p);
    CHECK(sshcore_key_free(key));
    return 0;
}
