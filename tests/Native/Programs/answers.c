/*
 * The answers and requests that the examples have no use for: several factors, prompts, keys that sign elsewhere, host keys that
 * do, terminals, global requests, refusals, memory that is lent; and SFTP machines that are joined by hand.
 */
#include "check.h"

#define EXPECT(condition) expect((condition), #condition, __LINE__)

static sshcore_connection *client, *server;
static sshcore_key *host_key, *user_key, *host_public, *user_public;
static uint32_t session, refused;
static int prompts, rounds, signatures, requests, ended, lent;

static void expect(int condition, const char *what, int line)
{
    if (!condition) {
        fprintf(stderr, "line %d: %s\n", line, what);
        exit(1);
    }
}

static void sign(sshcore_connection *c, const sshcore_event *e, sshcore_key *key)
{
    sshcore_blob *blob;
    const uint8_t *data;
    size_t length;
    CHECK(sshcore_key_sign(key, e->algorithm, e->data, e->data_length, &blob));
    CHECK(sshcore_blob_data(blob, &data, &length));
    CHECK(sshcore_key_verify(key, e->algorithm, e->data, e->data_length, data, length));
    EXPECT(sshcore_key_verify(key, e->algorithm, e->data, e->data_length - 1, data, length) == SSHCORE_E_SIGNATURE);
    CHECK(sshcore_answer_signature(c, e->token, data, length));
    CHECK(sshcore_blob_free(blob));
    signatures++;
}

static void on_method(const sshcore_event *e)
{
    if (strstr(e->detail, "publickey") == NULL) {
        EXPECT(sshcore_answer_key(client, e->token, user_public, "rsa-sha2-256", 1) != SSHCORE_OK); /* stays open */
        EXPECT(sshcore_answer_accept(client, e->token) == SSHCORE_E_WRONG_ANSWER);
        EXPECT(sshcore_answer_signature(client, e->token, (const uint8_t *)"x", 1) == SSHCORE_E_WRONG_ANSWER);
        CHECK(sshcore_answer_key(client, e->token, user_public, NULL, 1));
    } else {
        CHECK(sshcore_answer_interactive(client, e->token, NULL));
    }
    EXPECT(sshcore_answer_deny(client, e->token) == SSHCORE_E_TOKEN);
    EXPECT(sshcore_answer_deny(client, e->token + 1000) == SSHCORE_E_TOKEN);
}

static void on_prompts(const sshcore_event *e)
{
    const char *answers[] = { "blue", "gr\xc3\xbcn" };
    sshcore_prompt prompt;
    SSHCORE_INIT(prompt);
    EXPECT(strcmp(e->text, "Answer these.") == 0 && e->count == 2);
    CHECK(sshcore_question_prompt(client, e->token, 0, &prompt));
    EXPECT(strcmp(prompt.text, "Colour?") == 0 && prompt.echo == 1);
    CHECK(sshcore_question_prompt(client, e->token, 1, &prompt));
    EXPECT(strcmp(prompt.text, "Another?") == 0 && prompt.echo == 0);
    EXPECT(sshcore_question_prompt(client, e->token, 2, &prompt) == SSHCORE_E_ARGUMENT);
    EXPECT(sshcore_answer_prompts(client, e->token, answers, 1) == SSHCORE_E_ARGUMENT);
    CHECK(sshcore_answer_prompts(client, e->token, answers, 2));
    prompts++;
}

static void write_in_place(uint32_t channel)
{
    uint8_t *room;
    size_t length;
    EXPECT(sshcore_channel_commit(client, 0) == SSHCORE_E_STATE);
    CHECK(sshcore_channel_reserve(client, channel, 0, 4, &room, &length));
    EXPECT(length == 4);
    memcpy(room, "lent", 4);
    EXPECT(sshcore_rekey(client) == SSHCORE_E_STATE);
    EXPECT(sshcore_channel_commit(client, 5) == SSHCORE_E_LENGTH);
    CHECK(sshcore_channel_commit(client, 4));
    CHECK(sshcore_channel_reserve(client, channel, 1, 100, &room, &length));
    memset(room, 0, length);
    CHECK(sshcore_channel_commit(client, 0));
}

static void on_client_event(const sshcore_event *e)
{
    sshcore_pty pty;
    uint64_t id;
    switch (e->kind) {
    case SSHCORE_EVENT_HOST_KEY_OFFERED:
        CHECK(sshcore_answer_accept(client, e->token));
        break;
    case SSHCORE_EVENT_AUTH_METHOD_NEEDED:
        on_method(e);
        break;
    case SSHCORE_EVENT_SIGNATURE_NEEDED:
        sign(client, e, user_key);
        break;
    case SSHCORE_EVENT_PROMPTS_RECEIVED:
        on_prompts(e);
        break;
    case SSHCORE_EVENT_AUTHENTICATED:
        EXPECT(strcmp(e->list, "publickey,keyboard-interactive") == 0);
        CHECK(sshcore_channel_open(client, "session", NULL, &session));
        CHECK(sshcore_channel_open(client, "direct-nowhere@example.com", NULL, &refused));
        CHECK(sshcore_global_request(client, "echo@example.com", (const uint8_t *)"ping", 4, 1, &id));
        EXPECT(sshcore_channel_send_eof(client, 12345) == SSHCORE_E_CHANNEL);
        break;
    case SSHCORE_EVENT_CHANNEL_REFUSED:
        EXPECT(e->channel == refused && e->code == 3 && strcmp(e->text, "not here") == 0);
        requests++;
        break;
    case SSHCORE_EVENT_GLOBAL_REPLIED:
        EXPECT((e->flags & SSHCORE_FLAG_SUCCESS) && e->data_length == 4 && memcmp(e->data, "pong", 4) == 0);
        requests++;
        break;
    case SSHCORE_EVENT_CHANNEL_OPENED:
        write_in_place(e->channel);
        SSHCORE_INIT(pty);
        pty.columns = 132;
        pty.rows = 43;
        pty.terminal = "xterm";
        CHECK(sshcore_request_pty(client, e->channel, &pty, 1, &id));
        CHECK(sshcore_request_env(client, e->channel, "LANG", "C", 0, NULL));
        pty.columns = 80;
        CHECK(sshcore_request_window_change(client, e->channel, &pty));
        CHECK(sshcore_request_raw(client, e->channel, "odd@example.com", (const uint8_t *)"\1\2", 2, 1, NULL));
        CHECK(sshcore_request_signal(client, e->channel, "INT"));
        break;
    case SSHCORE_EVENT_EXIT_SIGNAL:
        EXPECT(strcmp(e->name, "INT") == 0 && strcmp(e->text, "as asked") == 0 && (e->flags & SSHCORE_FLAG_CORE_DUMPED));
        requests++;
        break;
    case SSHCORE_EVENT_CHANNEL_CLOSED:
        CHECK(sshcore_disconnect(client, 11, "done"));
        break;
    default:
        break;
    }
}

static void on_requested(const sshcore_event *e)
{
    sshcore_pty pty;
    SSHCORE_INIT(pty);
    if (strcmp(e->name, "pty-req") == 0) {
        CHECK(sshcore_question_pty(server, e->token, &pty));
        EXPECT(pty.columns == 132 && pty.rows == 43 && strcmp(pty.terminal, "xterm") == 0);
        requests++;
    } else if (strcmp(e->name, "window-change") == 0) {
        CHECK(sshcore_question_pty(server, e->token, &pty));
        EXPECT(pty.columns == 80);
        requests++;
    } else if (strcmp(e->name, "env") == 0) {
        EXPECT(strcmp(e->text, "LANG") == 0 && strcmp(e->detail, "C") == 0);
        EXPECT(sshcore_question_pty(server, e->token, &pty) == SSHCORE_E_WRONG_ANSWER);
        requests++;
    } else if (strcmp(e->name, "odd@example.com") == 0) {
        EXPECT(e->data_length == 2 && e->data[1] == 2 && (e->flags & SSHCORE_FLAG_WANT_REPLY));
        requests++;
    } else if (strcmp(e->name, "signal") == 0) {
        EXPECT(strcmp(e->text, "INT") == 0);
        CHECK(sshcore_answer_accept(server, e->token));
        CHECK(sshcore_request_exit_signal(server, e->channel, "INT", 1, "as asked"));
        CHECK(sshcore_channel_close(server, e->channel));
        return;
    }
    CHECK(sshcore_answer_accept(server, e->token));
}

static void on_server_event(const sshcore_event *e)
{
    sshcore_prompt first, second;
    const sshcore_prompt *both[] = { &first, &second };
    const uint8_t *data;
    size_t length;
    switch (e->kind) {
    case SSHCORE_EVENT_HOST_SIGNATURE_NEEDED:
        sign(server, e, host_key);
        break;
    case SSHCORE_EVENT_USER_PRESENTED:
        EXPECT(sshcore_answer_methods(server, e->token, "nonsense") == SSHCORE_E_ARGUMENT);
        CHECK(sshcore_answer_methods(server, e->token, "publickey"));
        break;
    case SSHCORE_EVENT_KEY_PROBE:
        CHECK(sshcore_answer_accept(server, e->token));
        break;
    case SSHCORE_EVENT_KEY_PROOF:
        CHECK(sshcore_answer_partial(server, e->token, "keyboard-interactive"));
        break;
    case SSHCORE_EVENT_INTERACTIVE_ATTEMPT:
        SSHCORE_INIT(first);
        first.text = "Colour?";
        first.echo = 1;
        SSHCORE_INIT(second);
        second.text = "Another?";
        CHECK(sshcore_answer_challenge(server, e->token, "Quiz", "Answer these.", both, 2));
        break;
    case SSHCORE_EVENT_INTERACTIVE_RESPONSE:
        CHECK(sshcore_question_response(server, e->token, 1, &data, &length));
        EXPECT(e->count == 2 && length == 5 && memcmp(data, "gr\xc3\xbcn", 5) == 0);
        EXPECT(sshcore_question_response(server, e->token, 2, &data, &length) == SSHCORE_E_ARGUMENT);
        CHECK(sshcore_answer_accept(server, e->token));
        rounds++;
        break;
    case SSHCORE_EVENT_OPEN_REQUESTED:
        if (strcmp(e->name, "session") == 0) {
            CHECK(sshcore_answer_open(server, e->token, NULL));
        } else {
            CHECK(sshcore_answer_refuse_open(server, e->token, 3, "not here"));
        }
        break;
    case SSHCORE_EVENT_CHANNEL_DATA:
        CHECK(sshcore_borrow_data(server, &data, &length));
        EXPECT(length == 4 && memcmp(data, "lent", 4) == 0);
        lent++;
        break;
    case SSHCORE_EVENT_GLOBAL_REQUESTED:
        CHECK(sshcore_answer_global(server, e->token, (const uint8_t *)"pong", 4));
        break;
    case SSHCORE_EVENT_CHANNEL_REQUESTED:
        on_requested(e);
        break;
    case SSHCORE_EVENT_CLOSED:
        EXPECT(e->code == SSHCORE_ERROR_PEER_DISCONNECTED && strstr(e->detail, "done") != NULL);
        ended = 1;
        break;
    default:
        break;
    }
}

static int carry(sshcore_connection *from, sshcore_connection *to)
{
    const uint8_t *data;
    size_t length, taken;
    CHECK(sshcore_output(from, &data, &length));
    CHECK(sshcore_receive(to, data, length, &taken));
    CHECK(sshcore_output_advance(from, taken));
    EXPECT(sshcore_output_advance(from, (size_t)1 << 40) == SSHCORE_E_LENGTH);
    return taken > 0;
}

static void log_line(void *context, int32_t level, const char *message, size_t length)
{
    int *lines = context;
    EXPECT(level >= SSHCORE_LOG_ERROR && level <= SSHCORE_LOG_DEBUG && strlen(message) == length);
    EXPECT(level != SSHCORE_LOG_ERROR);
    (*lines)++;
}

static void test_connections(void)
{
    sshcore_settings settings;
    sshcore_algorithms used;
    sshcore_event e;
    sshcore_key *const *keys = &host_public;
    sshcore_blob *blob;
    const uint8_t *line;
    int lines = 0, idle = 0;
    CHECK(sshcore_key_generate(SSHCORE_KEY_ED25519, 0, NULL, NULL, 0, &host_key));
    CHECK(sshcore_key_generate(SSHCORE_KEY_ECDSA_P256, 0, NULL, NULL, 0, &user_key));
    CHECK(sshcore_key_public_line(host_key, NULL, &blob));
    CHECK(sshcore_blob_data(blob, &line, NULL));
    CHECK(sshcore_key_parse_public((const char *)line, &host_public));
    CHECK(sshcore_blob_free(blob));
    CHECK(sshcore_key_public_line(user_key, NULL, &blob));
    CHECK(sshcore_blob_data(blob, &line, NULL));
    CHECK(sshcore_key_parse_public((const char *)line, &user_public));
    CHECK(sshcore_blob_free(blob));

    SSHCORE_INIT(settings);
    settings.log = log_line;
    settings.log_context = &lines;
    settings.ciphers = "no-such-cipher";
    EXPECT(sshcore_client_new(&settings, &client) == SSHCORE_E_ALGORITHM);
    settings.ciphers = "aes128-ctr";
    settings.macs = "hmac-sha1";
    EXPECT(sshcore_client_new(&settings, &client) == SSHCORE_E_ALGORITHM);
    settings.allow_legacy = "hmac-sha1";
    settings.trace = SSHCORE_TRACE_AUTHENTICATION;
    CHECK(sshcore_client_new(&settings, &client));
    settings.host_keys = keys;
    settings.host_key_count = 1;
    CHECK(sshcore_server_new(&settings, &server));
    CHECK(sshcore_authenticate(client, "joe"));
    EXPECT(sshcore_authenticate(server, "joe") == SSHCORE_E_STATE);
    SSHCORE_INIT(used);
    EXPECT(sshcore_connection_algorithms(client, &used) == SSHCORE_E_STATE);
    SSHCORE_INIT(e);
    while (idle < 2) {
        int moved = carry(client, server);
        for (CHECK(sshcore_poll_event(server, &e)); e.kind != 0; CHECK(sshcore_poll_event(server, &e))) {
            on_server_event(&e);
        }
        moved |= carry(server, client);
        for (CHECK(sshcore_poll_event(client, &e)); e.kind != 0; CHECK(sshcore_poll_event(client, &e))) {
            on_client_event(&e);
        }
        idle = moved ? 0 : idle + 1;
    }
    EXPECT(ended && prompts == 1 && rounds == 1 && signatures == 2 && requests == 7 && lent == 1);
    CHECK(sshcore_connection_algorithms(client, &used));
    EXPECT(strcmp(used.mac_out, "hmac-sha1") == 0 && strstr(used.legacy, "hmac-sha1") != NULL && used.strict_kex == 1);
    EXPECT(lines > 0);
    CHECK(sshcore_connection_free(client));
    CHECK(sshcore_connection_free(server));
    CHECK(sshcore_key_free(host_key));
    CHECK(sshcore_key_free(user_key));
    CHECK(sshcore_key_free(host_public));
    CHECK(sshcore_key_free(user_public));
}

static void pass_on(sshcore_sftp *from, sshcore_sftp *to)
{
    const uint8_t *data;
    size_t length, taken;
    CHECK(sshcore_sftp_output(from, &data, &length));
    CHECK(sshcore_sftp_receive(to, data, length, &taken));
    CHECK(sshcore_sftp_output_advance(from, taken));
}

static void test_sftp(void)
{
    sshcore_sftp *c, *s;
    sshcore_file_request request, asked;
    sshcore_file_reply reply;
    sshcore_file_name names[2], name;
    const sshcore_file_name *list[] = { &names[0], &names[1] };
    sshcore_file_system volume;
    sshcore_error error;
    size_t taken, length;
    uint64_t handle;
    uint32_t id;
    CHECK(sshcore_sftp_client_new(NULL, &c));
    CHECK(sshcore_sftp_server_new(NULL, &s));
    SSHCORE_INIT(request);
    SSHCORE_INIT(asked);
    SSHCORE_INIT(reply);
    SSHCORE_INIT(name);
    SSHCORE_INIT(volume);
    SSHCORE_INIT(error);
    EXPECT(sshcore_sftp_poll_request(c, &asked) == SSHCORE_E_STATE);
    EXPECT(sshcore_sftp_send(s, &request, &id) == SSHCORE_E_STATE);
    EXPECT(sshcore_sftp_send(c, &request, &id) == SSHCORE_E_ARGUMENT);
    request.kind = SSHCORE_FILE_READ;
    request.handle = 99;
    EXPECT(sshcore_sftp_send(c, &request, &id) == SSHCORE_E_ARGUMENT);
    request.kind = SSHCORE_FILE_OPEN_DIRECTORY;
    request.path = (const uint8_t *)"d\xff";
    request.path_length = 2;
    CHECK(sshcore_sftp_send(c, &request, &id));
    for (int i = 0; i < 4; i++) {
        pass_on(c, s);
        CHECK(sshcore_sftp_poll_request(s, &asked));
        if (asked.kind != 0) {
            break;
        }
        pass_on(s, c);
        CHECK(sshcore_sftp_poll_reply(c, &reply));
    }
    EXPECT(asked.kind == SSHCORE_FILE_OPEN_DIRECTORY && asked.path_length == 2 && asked.path[1] == 0xff);
    EXPECT(sshcore_sftp_answer_status(s, asked.token, SSHCORE_STATUS_OK, NULL) == SSHCORE_E_STATE); /* it wants a handle */
    EXPECT(sshcore_sftp_answer_data(s, asked.token, (const uint8_t *)"x", 1) == SSHCORE_E_WRONG_ANSWER);
    CHECK(sshcore_sftp_answer_handle(s, asked.token, 4711, 0));
    EXPECT(sshcore_sftp_answer_handle(s, asked.token, 4711, 0) == SSHCORE_E_TOKEN);
    pass_on(s, c);
    do {
        CHECK(sshcore_sftp_poll_reply(c, &reply));
    } while (reply.kind == SSHCORE_REPLY_VERSION || reply.kind == SSHCORE_REPLY_LIMITS);
    EXPECT(reply.kind == SSHCORE_REPLY_HANDLE && reply.id == id);
    CHECK(sshcore_sftp_supports(c, "posix-rename@openssh.com"));
    EXPECT(sshcore_sftp_supports(c, "users-groups-by-id@openssh.com") == SSHCORE_E_UNSUPPORTED);
    CHECK(sshcore_sftp_io_lengths(c, &length, NULL));
    EXPECT(length >= 32768);

    request.kind = SSHCORE_FILE_READ_DIRECTORY;
    request.handle = reply.handle;
    CHECK(sshcore_sftp_send(c, &request, &id));
    pass_on(c, s);
    CHECK(sshcore_sftp_poll_request(s, &asked));
    EXPECT(asked.kind == SSHCORE_FILE_READ_DIRECTORY && asked.handle == 4711 && asked.is_directory == 1);
    for (int i = 0; i < 2; i++) {
        SSHCORE_INIT(names[i]);
        names[i].name = (const uint8_t *)(i ? "two" : "one");
        names[i].name_length = 3;
        names[i].attributes.has = SSHCORE_HAS_SIZE | SSHCORE_HAS_TIMES;
        names[i].attributes.file_size = 100 + (uint64_t)i;
    }
    CHECK(sshcore_sftp_answer_names(s, asked.token, list, 2, &taken));
    EXPECT(taken == 2);
    pass_on(s, c);
    CHECK(sshcore_sftp_poll_reply(c, &reply));
    EXPECT(reply.kind == SSHCORE_REPLY_NAMES && reply.names == 2);
    CHECK(sshcore_sftp_reply_name(c, 1, &name));
    EXPECT(name.name_length == 3 && memcmp(name.name, "two", 3) == 0 && name.attributes.file_size == 101
        && name.attributes.has == (SSHCORE_HAS_SIZE | SSHCORE_HAS_TIMES));
    EXPECT(sshcore_sftp_reply_name(c, 2, &name) == SSHCORE_E_ARGUMENT);
    EXPECT(sshcore_sftp_reply_file_system(c, &volume) == SSHCORE_E_STATE);

    request.kind = SSHCORE_FILE_STAT_VFS;
    request.handle = 0;
    CHECK(sshcore_sftp_send(c, &request, &id));
    pass_on(c, s);
    CHECK(sshcore_sftp_poll_request(s, &asked));
    volume.free_blocks = 123;
    CHECK(sshcore_sftp_answer_file_system(s, asked.token, &volume));
    pass_on(s, c);
    CHECK(sshcore_sftp_poll_reply(c, &reply));
    volume.free_blocks = 0;
    CHECK(sshcore_sftp_reply_file_system(c, &volume));
    EXPECT(volume.free_blocks == 123);

    CHECK(sshcore_sftp_receive_end(s));
    CHECK(sshcore_sftp_poll_request(s, &asked));
    EXPECT(asked.kind == 0);
    CHECK(sshcore_sftp_error(s, &error));
    EXPECT(error.kind == SSHCORE_ERROR_CONNECTION_LOST);
    CHECK(sshcore_sftp_take_handle(s, &handle));
    EXPECT(handle == 4711 && sshcore_sftp_take_handle(s, &handle) == SSHCORE_E_STATE);
    CHECK(sshcore_sftp_free(c));
    CHECK(sshcore_sftp_free(s));
}

static void ask(sshcore_sftp *c, sshcore_sftp *s, const sshcore_file_request *request, sshcore_file_request *asked)
{
    CHECK(sshcore_sftp_send(c, request, NULL));
    pass_on(c, s);
    CHECK(sshcore_sftp_poll_request(s, asked));
    EXPECT(asked->kind == request->kind);
}

static void hear(sshcore_sftp *s, sshcore_sftp *c, uint32_t kind, sshcore_file_reply *reply)
{
    pass_on(s, c);
    CHECK(sshcore_sftp_poll_reply(c, reply));
    EXPECT(reply->kind == kind);
}

/* What few programs use: names by number, hashes, extended attributes, data that is written in place. */
static void test_sftp_in_full(void)
{
    sshcore_sftp *c, *s;
    sshcore_sftp_options options;
    sshcore_sftp_state state;
    sshcore_file_request request, asked;
    sshcore_file_reply reply;
    sshcore_extended_attribute pair;
    const sshcore_extended_attribute *pairs[] = { &pair };
    const uint32_t numbers[] = { 0, 4711 };
    const char *names[] = { "root", "" }, *name;
    uint8_t *room;
    size_t length;
    uint64_t handle;
    uint32_t id;
    SSHCORE_INIT(options);
    options.extensions = "users-groups-by-id@openssh.com,check-file";
    SSHCORE_INIT(request);
    SSHCORE_INIT(asked);
    SSHCORE_INIT(reply);
    SSHCORE_INIT(pair);
    SSHCORE_INIT(state);
    CHECK(sshcore_sftp_client_new(NULL, &c));
    CHECK(sshcore_sftp_server_new(&options, &s));
    do {
        pass_on(c, s);
        CHECK(sshcore_sftp_poll_request(s, &asked));
        pass_on(s, c);
        CHECK(sshcore_sftp_poll_reply(c, &reply));
        CHECK(sshcore_sftp_get_state(c, &state));
    } while (!state.ready);
    CHECK(sshcore_sftp_supports(c, "users-groups-by-id@openssh.com"));
    EXPECT(sshcore_sftp_supports(c, "posix-rename@openssh.com") == SSHCORE_E_UNSUPPORTED);

    request.kind = SSHCORE_FILE_USERS_GROUPS_BY_ID;
    request.users = numbers;
    request.user_count = 2;
    ask(c, s, &request, &asked);
    EXPECT(asked.user_count == 2 && asked.users[1] == 4711 && asked.group_count == 0);
    CHECK(sshcore_sftp_answer_users_groups(s, asked.token, names, 2, NULL, 0));
    hear(s, c, SSHCORE_REPLY_USERS_AND_GROUPS, &reply);
    CHECK(sshcore_sftp_reply_user(c, 0, &name));
    EXPECT(reply.users == 2 && strcmp(name, "root") == 0);

    SSHCORE_INIT(request);
    request.kind = SSHCORE_FILE_CHECK_FILE;
    request.path = (const uint8_t *)"f";
    request.path_length = 1;
    request.text = "sha256,md5";
    ask(c, s, &request, &asked);
    EXPECT(strcmp(asked.text, "sha256,md5") == 0 && asked.handle == 0 && asked.block_size == 0);
    CHECK(sshcore_sftp_answer_hashes(s, asked.token, "md5", (const uint8_t *)"0123456789abcdef", 16));
    hear(s, c, SSHCORE_REPLY_HASHES, &reply);
    EXPECT(strcmp(reply.algorithm, "md5") == 0 && reply.data_length == 16 && reply.data[15] == 'f');

    request.kind = SSHCORE_FILE_OPEN;
    request.flags = SSHCORE_OPEN_READ | SSHCORE_OPEN_WRITE;
    pair.name = "colour@example.com";
    pair.data = (const uint8_t *)"red";
    pair.data_length = 3;
    request.attributes.extended = pairs;
    request.attributes.extended_count = 1;
    ask(c, s, &request, &asked);
    EXPECT(asked.attributes.extended_count == 1 && strcmp(asked.attributes.extended[0]->name, "colour@example.com") == 0
        && asked.attributes.extended[0]->data_length == 3 && memcmp(asked.attributes.extended[0]->data, "red", 3) == 0);
    CHECK(sshcore_sftp_answer_handle(s, asked.token, 1, 0));
    hear(s, c, SSHCORE_REPLY_HANDLE, &reply);
    handle = reply.handle;

    CHECK(sshcore_sftp_write_reserve(c, handle, 10, 5, &room, &length));
    EXPECT(length == 5);
    memcpy(room, "in it", 5);
    EXPECT(sshcore_sftp_poll_reply(c, &reply) == SSHCORE_E_STATE);
    CHECK(sshcore_sftp_last_detail(c, &name));
    EXPECT(name[0] != 0);
    CHECK(sshcore_sftp_write_commit(c, 2, &id));
    pass_on(c, s);
    CHECK(sshcore_sftp_poll_request(s, &asked));
    EXPECT(asked.kind == SSHCORE_FILE_WRITE && asked.id == id && asked.offset == 10 && asked.data_length == 2 && asked.data[1] == 'n');
    CHECK(sshcore_sftp_answer_status(s, asked.token, SSHCORE_STATUS_OK, NULL));
    hear(s, c, SSHCORE_REPLY_STATUS, &reply);

    SSHCORE_INIT(request);
    request.kind = SSHCORE_FILE_READ;
    request.handle = handle;
    request.length = 100;
    ask(c, s, &request, &asked);
    CHECK(sshcore_sftp_answer_reserve(s, asked.token, &room, &length));
    EXPECT(length == 100);
    memcpy(room, "out of it", 9);
    CHECK(sshcore_sftp_answer_commit(s, asked.token, 9));
    hear(s, c, SSHCORE_REPLY_DATA, &reply);
    EXPECT(reply.data_length == 9 && memcmp(reply.data, "out of it", 9) == 0);

    /* Freed while memory is lent: it goes with the handle. */
    CHECK(sshcore_sftp_write_reserve(c, handle, 0, 5, &room, &length));
    CHECK(sshcore_sftp_free(c));
    CHECK(sshcore_sftp_free(s));
}

int main(void)
{
    test_connections();
    test_sftp();
    test_sftp_in_full();
    printf("%zu handles left\n", sshcore_live_handles());
    return sshcore_live_handles() == 0 ? 0 : 1;
}
