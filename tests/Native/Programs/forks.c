/*
 * A process with a session forks: the child drops its copies, the parent's session goes on. PORT USER PASSWORD KNOWN-HOSTS [FORKS]
 */
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char text[1 << 16];
    sshcore_easy_options options;
    sshcore_easy_result result;
    sshcore_known_hosts *known_hosts;
    sshcore_connection *connection;
    sshcore_easy *easy;
    int status, forks = argc == 6 ? atoi(argv[5]) : 20;
    FILE *file = argc >= 5 ? fopen(argv[4], "rb") : NULL;
    if (file == NULL) {
        return 2;
    }
    CHECK(sshcore_known_hosts_parse((uint8_t *)text, fread(text, 1, sizeof text, file), &known_hosts, NULL));
    fclose(file);
    SSHCORE_INIT(options);
    options.host = "127.0.0.1";
    options.port = (uint32_t)atoi(argv[1]);
    options.timeout_ms = 20000;
    options.known_hosts = known_hosts;
    CHECK(sshcore_easy_connect(&options, &easy, NULL));
    CHECK(sshcore_easy_login_password(easy, argv[2], (uint8_t *)argv[3], strlen(argv[3])));
    CHECK(sshcore_client_new(NULL, &connection));

    for (int i = 0; i < forks; i++) {
        pid_t child = fork();
        if (child == 0) {
            alarm(20); /* a child that hangs is a failure */
            _exit(sshcore_easy_abandon(easy) == SSHCORE_OK && sshcore_connection_abandon(connection) == SSHCORE_OK ? 0 : 1);
        }
        if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "the child ended with %x\n", (unsigned)status);
            return 1;
        }
        SSHCORE_INIT(result);
        CHECK(sshcore_easy_exec(easy, (uint8_t *)"echo alive", 10, NULL, 0, &result));
        if (!result.has_status || result.status != 0 || result.out_length != 6) {
            return 1;
        }
    }
    CHECK(sshcore_connection_free(connection));
    CHECK(sshcore_easy_close(easy));
    CHECK(sshcore_known_hosts_free(known_hosts));
    printf("the parent's session lived on, %zu handles left\n", sshcore_live_handles());
    return 0;
}
