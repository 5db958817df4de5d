/*
 * The calls that wait: easy_client HOST PORT USER PASSWORD KNOWN-HOSTS COMMAND [LOCAL REMOTE BACK]
 * Runs a command with "input" as its input; then puts a file and gets it back.
 */
#include "check.h"

static int32_t on_progress(void *context, uint64_t done, uint64_t total)
{
    int *calls = context;
    (void)total;
    (*calls)++;
    return done > UINT64_C(1) << 40; /* other than 0 would give it up */
}

static int failed(sshcore_easy *easy, const char *what, sshcore_result result)
{
    const char *detail;
    CHECK(sshcore_easy_last_detail(easy, &detail));
    fprintf(stderr, "%s: %s (%s)\n", what, sshcore_result_text(result), detail);
    CHECK(sshcore_easy_close(easy));
    return 1;
}

int main(int argc, char **argv)
{
    static char text[1 << 20];
    sshcore_easy_options options;
    sshcore_easy_result command;
    sshcore_known_hosts *known_hosts;
    sshcore_easy *easy;
    sshcore_blob *detail = NULL;
    sshcore_result result;
    FILE *file;
    int calls = 0;
    if (argc != 7 && argc != 10) {
        fprintf(stderr, "usage: %s HOST PORT USER PASSWORD KNOWN-HOSTS COMMAND [LOCAL REMOTE BACK]\n", argv[0]);
        return 2;
    }
    file = fopen(argv[5], "rb");
    if (file == NULL) {
        perror(argv[5]);
        return 1;
    }
    CHECK(sshcore_known_hosts_parse((const uint8_t *)text, fread(text, 1, sizeof text, file), &known_hosts, NULL));
    fclose(file);

    SSHCORE_INIT(options);
    options.host = argv[1];
    options.port = (uint32_t)atoi(argv[2]);
    options.timeout_ms = 30000;
    options.known_hosts = known_hosts;
    result = sshcore_easy_connect(&options, &easy, &detail);
    CHECK(sshcore_known_hosts_free(known_hosts));
    if (result != SSHCORE_OK) {
        const uint8_t *why = (const uint8_t *)"";
        sshcore_blob_data(detail, &why, NULL);
        fprintf(stderr, "connect: %s (%s)\n", sshcore_result_text(result), (const char *)why);
        CHECK(sshcore_blob_free(detail));
        return 1;
    }
    result = sshcore_easy_login_password(easy, argv[3], (const uint8_t *)argv[4], strlen(argv[4]));
    if (result != SSHCORE_OK) {
        return failed(easy, "log-in", result);
    }

    SSHCORE_INIT(command);
    result = sshcore_easy_exec(easy, (const uint8_t *)argv[6], strlen(argv[6]), (const uint8_t *)"input", 5, &command);
    if (result != SSHCORE_OK) {
        return failed(easy, "command", result);
    }
    fwrite(command.out, 1, command.out_length, stdout);
    fwrite(command.err, 1, command.err_length, stderr);
    printf("status %d\n", command.has_status ? (int)command.status : -1);

    if (argc == 10) {
        result = sshcore_easy_put(easy, argv[7], argv[8], on_progress, &calls);
        if (result != SSHCORE_OK) {
            return failed(easy, "put", result);
        }
        result = sshcore_easy_get(easy, argv[8], argv[9], on_progress, &calls);
        if (result != SSHCORE_OK) {
            return failed(easy, "get", result);
        }
        printf("%s\n", calls > 1 ? "put and got" : "no progress was told");
    }
    CHECK(sshcore_easy_close(easy));
    printf("%zu handles left\n", sshcore_live_handles());
    return sshcore_live_handles() == 0 ? 0 : 1;
}
