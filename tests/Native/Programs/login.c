/*
 * Every way to log in by the calls that wait: login PORT
 * The server asks for a new password, then for another factor, which is questions in two rounds; a key is enough for jim.
 */
#include "check.h"

#define EXPECT(condition) expect((condition), #condition, __LINE__)

static void expect(int condition, const char *what, int line)
{
    if (!condition) {
        fprintf(stderr, "line %d: %s\n", line, what);
        exit(1);
    }
}

static int32_t on_host(void *context, const sshcore_easy_host *host)
{
    int *asked = context;
    EXPECT(strcmp(host->host, "127.0.0.1") == 0 && strcmp(host->key_type, "ssh-ed25519") == 0);
    EXPECT(strncmp(host->fingerprint, "SHA256:", 7) == 0 && host->key_length == 51);
    (*asked)++;
    return SSHCORE_HOST_ACCEPT_AND_ADD;
}

static int32_t on_prompts(void *context, const sshcore_easy_prompts *prompts)
{
    int *refuse = context;
    for (size_t i = 0; i < prompts->count; i++) {
        sshcore_easy_prompt *prompt = prompts->prompts[i];
        EXPECT(prompt->answer[0] == '\0' && prompt->answer_size >= 1024);
        snprintf(prompt->answer, prompt->answer_size, "%s %u", prompt->text, prompts->round);
    }
    return *refuse;
}

static sshcore_easy *dial(uint32_t port, sshcore_known_hosts *known_hosts)
{
    sshcore_easy_options options;
    sshcore_easy *easy;
    int asked = 0;
    SSHCORE_INIT(options);
    options.host = "127.0.0.1";
    options.port = port;
    options.timeout_ms = 20000;
    options.known_hosts = known_hosts;
    options.host_key_callback = on_host;
    options.host_key_context = &asked;
    CHECK(sshcore_easy_connect(&options, &easy, NULL));
    EXPECT(asked == 1);
    CHECK(sshcore_easy_close(easy));

    /* It was added, and is not asked about again. */
    CHECK(sshcore_easy_connect(&options, &easy, NULL));
    EXPECT(asked == 1);
    return easy;
}

static void expect_state(sshcore_easy *easy, uint32_t authenticated, const char *allowed, const char *succeeded)
{
    sshcore_easy_login state;
    SSHCORE_INIT(state);
    CHECK(sshcore_easy_login_state(easy, &state));
    EXPECT(strcmp(state.banner, "Welcome.\n") == 0 || strcmp(state.banner, "Welcome.") == 0);
    EXPECT(state.authenticated == authenticated);
    EXPECT(strcmp(state.allowed, allowed) == 0);
    EXPECT(strcmp(state.succeeded, succeeded) == 0);
}

int main(int argc, char **argv)
{
    sshcore_known_hosts *known_hosts;
    sshcore_easy *easy;
    sshcore_key *key;
    const char *detail;
    int refuse = 1;
    if (argc != 2) {
        return 2;
    }
    CHECK(sshcore_known_hosts_parse(NULL, 0, &known_hosts, NULL));
    easy = dial((uint32_t)atoi(argv[1]), known_hosts);
    EXPECT(sshcore_easy_login_none(easy, "joe") == SSHCORE_E_AUTH_FAILED);
    expect_state(easy, 0, "publickey,password,keyboard-interactive", "");
    EXPECT(sshcore_easy_login_password(easy, "joe", (const uint8_t *)"bad", 3) == SSHCORE_E_AUTH_FAILED);
    EXPECT(sshcore_easy_login_password(easy, "joe", (const uint8_t *)"old", 3) == SSHCORE_E_PASSWORD_EXPIRED);
    CHECK(sshcore_easy_last_detail(easy, &detail));
    EXPECT(strcmp(detail, "Choose another one.") == 0);
    EXPECT(sshcore_easy_login_new_password(easy, "joe", (const uint8_t *)"old", 3, (const uint8_t *)"new", 3) == SSHCORE_E_AUTH_PARTIAL);
    expect_state(easy, 0, "keyboard-interactive", "password");
    EXPECT(sshcore_easy_login_interactive(easy, "joe", on_prompts, &refuse) == SSHCORE_E_CANCELLED);
    refuse = 0;
    CHECK(sshcore_easy_login_interactive(easy, "joe", on_prompts, &refuse));
    expect_state(easy, 1, "", "password,keyboard-interactive");
    CHECK(sshcore_easy_close(easy));
    CHECK(sshcore_known_hosts_free(known_hosts));

    CHECK(sshcore_known_hosts_parse(NULL, 0, &known_hosts, NULL));
    easy = dial((uint32_t)atoi(argv[1]), known_hosts);
    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, NULL, NULL, 0, &key));
    CHECK(sshcore_easy_login_key(easy, "jim", key));
    CHECK(sshcore_key_free(key));
    expect_state(easy, 1, "", "publickey");
    CHECK(sshcore_easy_close(easy));
    CHECK(sshcore_known_hosts_free(known_hosts));
    printf("%zu handles left\n", sshcore_live_handles());
    return sshcore_live_handles() == 0 ? 0 : 1;
}
