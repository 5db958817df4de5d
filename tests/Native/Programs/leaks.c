/*
 * Faults that memcheck has to find although sshcore.supp is in force: leaks FAULT
 *   none      none
 *   block     a block that nothing points to any more
 *   callback  such a block of a log callback, so with the library's functions on the stack
 *   thread    a thread that is neither joined nor detached, whose storage looks like that of the runtime's own threads
 *   freed     a read of memory that was freed
 *   unset     a decision by memory that was never written
 *   past      a read past the end of a copy of what the library lent
 */
#include "check.h"

#include <pthread.h>
#include <unistd.h>

static void forget(size_t length)
{
    volatile char *block = malloc(length);
    block[0] = 1;
}

static void log_line(void *context, int32_t level, const char *message, size_t length)
{
    (void)level;
    (void)message;
    if (context != NULL) {
        forget(length + 1);
    }
}

static void *wait_for_ever(void *unused)
{
    pause();
    return unused;
}

static int read_freed(void)
{
    char *block = malloc(16);
    block[3] = 1;
    char *volatile stale = block;
    free(block);
    return stale[3];
}

static int read_past_end(void)
{
    sshcore_key *key;
    sshcore_blob *blob;
    const uint8_t *line;
    size_t length;
    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, NULL, NULL, 0, &key));
    CHECK(sshcore_key_public_blob(key, &blob));
    CHECK(sshcore_blob_data(blob, &line, &length));
    volatile uint8_t *copy = malloc(length);
    memcpy((uint8_t *)copy, line, length);
    int past = copy[length];
    free((uint8_t *)copy);
    CHECK(sshcore_blob_free(blob));
    CHECK(sshcore_key_free(key));
    return past;
}

int main(int argc, char **argv)
{
    const char *fault = argc == 2 ? argv[1] : "none";
    sshcore_settings settings;
    sshcore_connection *client;
    uint32_t channel;
    pthread_t thread;
    volatile int result = 0;
    SSHCORE_INIT(settings);
    settings.log = log_line;
    settings.log_context = strcmp(fault, "callback") == 0 ? (void *)argv : NULL;
    CHECK(sshcore_client_new(&settings, &client));
    if (sshcore_channel_open(client, "session", NULL, &channel) != SSHCORE_E_STATE) { /* too early, as the log says */
        return 2;
    }
    CHECK(sshcore_connection_free(client));
    if (strcmp(fault, "block") == 0) {
        forget(100);
    } else if (strcmp(fault, "thread") == 0) {
        pthread_create(&thread, NULL, wait_for_ever, NULL);
        thread = 0;
    } else if (strcmp(fault, "freed") == 0) {
        result = read_freed();
    } else if (strcmp(fault, "past") == 0) {
        result = read_past_end();
    } else if (strcmp(fault, "unset") == 0) {
        volatile int *block = malloc(sizeof *block);
        if (*block == 42) {
            result = 1;
        }
        free((int *)block);
    }
    return result == 12345;
}
