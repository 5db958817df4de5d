/*
 * A server in one thread, for any SSH client: epoll_server HOST-KEY-FILE AUTHORIZED-KEY-FILE FOLDER
 * It listens on a free port of 127.0.0.1 and prints the port. Whoever proves the authorized key may run commands (exec) and has
 * FOLDER by sftp. Paths cannot leave the folder by their names; links inside it are followed, so let it be a folder of its own.
 */
#include "check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_CLIENTS = 64, MOST_CHANNELS = 16, MOST_FILES = 64, PIECE = 32768 };

struct file {
    int fd;
    DIR *directory;
};

/* One session channel: a command with its pipes, or sftp. */
struct session {
    int used;
    uint32_t channel;
    pid_t process;
    int in, out, err; /* our ends of its pipes; -1 when closed */
    int input_ended;
    sshcore_sftp *sftp;
    struct file files[MOST_FILES];
};

struct client {
    sshcore_connection *connection;
    int fd;
    struct session sessions[MOST_CHANNELS];
};

extern char **environ;

static struct client *clients[MOST_CLIENTS];
static sshcore_settings settings;
static uint8_t authorized[4096];
static size_t authorized_length;
static const char *folder;
static volatile sig_atomic_t stopping;

static void stop(int signal)
{
    (void)signal;
    stopping = 1;
}

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static struct session *find(struct client *c, uint32_t channel)
{
    for (int i = 0; i < MOST_CHANNELS; i++) {
        if (c->sessions[i].used && c->sessions[i].channel == channel) {
            return &c->sessions[i];
        }
    }
    return NULL;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

/* ---- commands */

static int spawn(struct session *s, const char *command)
{
    int in[2], out[2], err[2];
    posix_spawn_file_actions_t actions;
    char *arguments[] = { (char *)"/bin/sh", (char *)"-c", (char *)command, NULL };
    if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) {
        return 0;
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    int failed = posix_spawn(&s->process, "/bin/sh", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    close(err[1]);
    s->in = in[1];
    s->out = out[0];
    s->err = err[0];
    fcntl(s->in, F_SETFL, O_NONBLOCK);
    fcntl(s->out, F_SETFL, O_NONBLOCK);
    fcntl(s->err, F_SETFL, O_NONBLOCK);
    return !failed;
}

/* From one of the command's outputs into the channel, as far as the window goes; 1 if something moved. */
static int forward(struct client *c, struct session *s, int *fd, uint32_t stream)
{
    uint8_t bytes[PIECE];
    size_t room, written;
    ssize_t count;
    if (*fd < 0) {
        return 0;
    }
    CHECK(sshcore_channel_write_room(c->connection, s->channel, &room));
    if (room == 0) {
        return 0;
    }
    count = read(*fd, bytes, room < sizeof bytes ? room : sizeof bytes);
    if (count > 0) {
        CHECK(sshcore_channel_write(c->connection, s->channel, stream, bytes, (size_t)count, &written));
        return 1;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        close_fd(fd);
        return 1;
    }
    return 0;
}

/* From the channel into the command. */
static int feed(struct client *c, struct session *s)
{
    uint8_t bytes[4096]; /* what a pipe that can be written takes whole */
    size_t available, count;
    if (s->in < 0) {
        return 0;
    }
    CHECK(sshcore_channel_available(c->connection, s->channel, 0, &available));
    if (available == 0) {
        if (s->input_ended) {
            close_fd(&s->in);
        }
        return 0;
    }
    fd_set set;
    struct timeval none = { 0, 0 };
    FD_ZERO(&set);
    FD_SET(s->in, &set);
    if (select(s->in + 1, NULL, &set, NULL, &none) != 1) {
        return 0;
    }
    CHECK(sshcore_channel_read(c->connection, s->channel, 0, bytes, sizeof bytes, &count));
    if (write(s->in, bytes, count) < 0) {
        close_fd(&s->in);
        CHECK(sshcore_channel_shutdown_read(c->connection, s->channel));
    }
    return 1;
}

static int move_command(struct client *c, struct session *s)
{
    int status, moved = 0;
    if (s->process <= 0) {
        return 0;
    }
    moved |= feed(c, s);
    moved |= forward(c, s, &s->out, 0);
    moved |= forward(c, s, &s->err, 1);
    if (s->out < 0 && s->err < 0 && waitpid(s->process, &status, WNOHANG) == s->process) {
        s->process = 0;
        CHECK(sshcore_channel_send_eof(c->connection, s->channel));
        if (WIFEXITED(status)) {
            CHECK(sshcore_request_exit_status(c->connection, s->channel, (uint32_t)WEXITSTATUS(status)));
        } else {
            CHECK(sshcore_request_exit_signal(c->connection, s->channel, sigabbrev_np(WTERMSIG(status)), 0, NULL));
        }
        CHECK(sshcore_channel_close(c->connection, s->channel));
        moved = 1;
    }
    return moved;
}

/* ---- sftp */

/* A path of the client below the folder: what "." and ".." say is worked out without looking. */
static int below(const uint8_t *path, size_t length, char *full, size_t room, int with_folder)
{
    size_t start = with_folder ? strlen(folder) : 0, end = start, i = 0;
    if (length > 2048 || start + length + 3 > room || memchr(path, 0, length) != NULL) {
        return 0;
    }
    memcpy(full, folder, start);
    while (i < length) {
        size_t next = i;
        while (next < length && path[next] != '/') {
            next++;
        }
        if (next - i == 2 && path[i] == '.' && path[i + 1] == '.') {
            while (end > start && full[--end] != '/') {
            }
        } else if (next > i && !(next - i == 1 && path[i] == '.')) {
            full[end++] = '/';
            memcpy(full + end, path + i, next - i);
            end += next - i;
        }
        i = next + 1;
    }
    if (end == start) {
        full[end++] = '/';
    }
    full[end] = '\0';
    return 1;
}

static void answer_errno(struct session *s, const sshcore_file_request *r, int error)
{
    uint32_t code = error == 0 ? SSHCORE_STATUS_OK : error == ENOENT || error == ENOTDIR ? SSHCORE_STATUS_NO_SUCH_FILE
        : error == EACCES || error == EPERM ? SSHCORE_STATUS_PERMISSION_DENIED : SSHCORE_STATUS_FAILURE;
    CHECK(sshcore_sftp_answer_status(s->sftp, r->token, code, error == 0 ? NULL : strerror(error)));
}

static void attributes_of(const struct stat *status, sshcore_file_attributes *a)
{
    SSHCORE_INIT(*a);
    a->has = SSHCORE_HAS_SIZE | SSHCORE_HAS_OWNER | SSHCORE_HAS_PERMISSIONS | SSHCORE_HAS_TIMES;
    a->file_size = (uint64_t)status->st_size;
    a->user_id = status->st_uid;
    a->group_id = status->st_gid;
    a->permissions = status->st_mode;
    a->access_time = (uint32_t)status->st_atime;
    a->modify_time = (uint32_t)status->st_mtime;
}

static int set_attributes(int fd, const char *path, const sshcore_file_attributes *a)
{
    struct timespec times[2] = { { (time_t)a->access_time, 0 }, { (time_t)a->modify_time, 0 } };
    if ((a->has & SSHCORE_HAS_SIZE) && (path ? truncate(path, (off_t)a->file_size) : ftruncate(fd, (off_t)a->file_size))) {
        return errno;
    }
    if ((a->has & SSHCORE_HAS_PERMISSIONS) && (path ? chmod(path, a->permissions & 0777) : fchmod(fd, a->permissions & 0777))) {
        return errno;
    }
    if ((a->has & SSHCORE_HAS_TIMES) && (path ? utimensat(AT_FDCWD, path, times, 0) : futimens(fd, times))) {
        return errno;
    }
    return 0;
}

static void on_open(struct session *s, const sshcore_file_request *r, const char *path)
{
    int slot = 0, flags;
    while (slot < MOST_FILES && (s->files[slot].fd >= 0 || s->files[slot].directory != NULL)) {
        slot++;
    }
    if (slot == MOST_FILES) {
        answer_errno(s, r, EMFILE);
        return;
    }
    if (r->kind == SSHCORE_FILE_OPEN_DIRECTORY) {
        s->files[slot].directory = opendir(path);
    } else {
        flags = (r->flags & SSHCORE_OPEN_WRITE) == 0 ? O_RDONLY : (r->flags & SSHCORE_OPEN_READ) == 0 ? O_WRONLY : O_RDWR;
        flags |= (r->flags & SSHCORE_OPEN_CREATE) ? O_CREAT : 0;
        flags |= (r->flags & SSHCORE_OPEN_TRUNCATE) ? O_TRUNC : 0;
        flags |= (r->flags & SSHCORE_OPEN_EXCLUSIVE) ? O_EXCL : 0;
        flags |= (r->flags & SSHCORE_OPEN_APPEND) ? O_APPEND : 0;
        s->files[slot].fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, (r->attributes.has & SSHCORE_HAS_PERMISSIONS) ? r->attributes.permissions & 0777 : 0644);
    }
    if (s->files[slot].fd < 0 && s->files[slot].directory == NULL) {
        answer_errno(s, r, errno);
    } else {
        CHECK(sshcore_sftp_answer_handle(s->sftp, r->token, (uint64_t)slot + 1, 1));
    }
}

static void on_read_directory(struct session *s, const sshcore_file_request *r, DIR *directory)
{
    sshcore_file_name name;
    const sshcore_file_name *names = &name;
    struct dirent *entry = readdir(directory);
    struct stat status;
    size_t taken;
    char line[400];
    if (entry == NULL) {
        CHECK(sshcore_sftp_answer_status(s->sftp, r->token, SSHCORE_STATUS_END_OF_FILE, NULL));
        return;
    }
    SSHCORE_INIT(name);
    name.name = (const uint8_t *)entry->d_name;
    name.name_length = strlen(entry->d_name);
    if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        attributes_of(&status, &name.attributes);
    }
    snprintf(line, sizeof line, "%c %12llu %s", S_ISDIR(name.attributes.permissions) ? 'd' : '-',
        (unsigned long long)name.attributes.file_size, entry->d_name);
    name.long_name = (const uint8_t *)line;
    name.long_name_length = strlen(line);
    CHECK(sshcore_sftp_answer_names(s->sftp, r->token, &names, 1, &taken));
}

static void on_handle_request(struct session *s, const sshcore_file_request *r)
{
    static uint8_t bytes[1 << 18];
    struct file *f = &s->files[r->handle - 1];
    sshcore_file_attributes attributes;
    struct stat status;
    ssize_t count;
    switch (r->kind) {
    case SSHCORE_FILE_READ:
        count = pread(f->fd, bytes, r->length < sizeof bytes ? r->length : sizeof bytes, (off_t)r->offset);
        if (count > 0) {
            CHECK(sshcore_sftp_answer_data(s->sftp, r->token, bytes, (size_t)count));
        } else if (count == 0) {
            CHECK(sshcore_sftp_answer_status(s->sftp, r->token, SSHCORE_STATUS_END_OF_FILE, NULL));
        } else {
            answer_errno(s, r, errno);
        }
        break;
    case SSHCORE_FILE_WRITE:
        count = pwrite(f->fd, r->data, r->data_length, (off_t)r->offset);
        answer_errno(s, r, count == (ssize_t)r->data_length ? 0 : count < 0 ? errno : ENOSPC);
        break;
    case SSHCORE_FILE_F_STAT:
        if (fstat(f->fd, &status) == 0) {
            attributes_of(&status, &attributes);
            CHECK(sshcore_sftp_answer_attributes(s->sftp, r->token, &attributes));
        } else {
            answer_errno(s, r, errno);
        }
        break;
    case SSHCORE_FILE_F_SET_STAT:
        answer_errno(s, r, set_attributes(f->fd, NULL, &r->attributes));
        break;
    case SSHCORE_FILE_F_SYNC:
        answer_errno(s, r, fsync(f->fd) == 0 ? 0 : errno);
        break;
    case SSHCORE_FILE_READ_DIRECTORY:
        on_read_directory(s, r, f->directory);
        break;
    case SSHCORE_FILE_CLOSE:
        if (f->directory != NULL) {
            closedir(f->directory);
            f->directory = NULL;
        }
        close_fd(&f->fd);
        answer_errno(s, r, 0);
        break;
    default:
        CHECK(sshcore_sftp_answer_status(s->sftp, r->token, SSHCORE_STATUS_OPERATION_UNSUPPORTED, NULL));
        break;
    }
}

static void on_file_request(struct session *s, const sshcore_file_request *r)
{
    char path[4096], other[4096];
    struct stat status;
    sshcore_file_attributes attributes;
    if (r->handle != 0) {
        on_handle_request(s, r);
        return;
    }
    if (!below(r->path, r->path_length, path, sizeof path, 1) || !below(r->other_path, r->other_path_length, other, sizeof other, 1)) {
        answer_errno(s, r, ENOENT);
        return;
    }
    switch (r->kind) {
    case SSHCORE_FILE_OPEN:
    case SSHCORE_FILE_OPEN_DIRECTORY:
        on_open(s, r, path);
        break;
    case SSHCORE_FILE_STAT:
    case SSHCORE_FILE_L_STAT:
        if ((r->kind == SSHCORE_FILE_STAT ? stat(path, &status) : lstat(path, &status)) == 0) {
            attributes_of(&status, &attributes);
            CHECK(sshcore_sftp_answer_attributes(s->sftp, r->token, &attributes));
        } else {
            answer_errno(s, r, errno);
        }
        break;
    case SSHCORE_FILE_REAL_PATH:
        below(r->path, r->path_length, path, sizeof path, 0);
        CHECK(sshcore_sftp_answer_path(s->sftp, r->token, (const uint8_t *)path, strlen(path)));
        break;
    case SSHCORE_FILE_SET_STAT:
        answer_errno(s, r, set_attributes(-1, path, &r->attributes));
        break;
    case SSHCORE_FILE_REMOVE:
        answer_errno(s, r, unlink(path) == 0 ? 0 : errno);
        break;
    case SSHCORE_FILE_MAKE_DIRECTORY:
        answer_errno(s, r, mkdir(path, 0755) == 0 ? 0 : errno);
        break;
    case SSHCORE_FILE_REMOVE_DIRECTORY:
        answer_errno(s, r, rmdir(path) == 0 ? 0 : errno);
        break;
    case SSHCORE_FILE_RENAME:
        answer_errno(s, r, renameat2(AT_FDCWD, path, AT_FDCWD, other, RENAME_NOREPLACE) == 0 ? 0 : errno);
        break;
    case SSHCORE_FILE_POSIX_RENAME:
        answer_errno(s, r, rename(path, other) == 0 ? 0 : errno);
        break;
    default:
        CHECK(sshcore_sftp_answer_status(s->sftp, r->token, SSHCORE_STATUS_OPERATION_UNSUPPORTED, NULL));
        break;
    }
}

static int serve_files(struct session *s)
{
    sshcore_file_request r;
    int served = 0;
    if (s->sftp == NULL) {
        return 0;
    }
    SSHCORE_INIT(r);
    for (;;) {
        CHECK(sshcore_sftp_poll_request(s->sftp, &r));
        if (r.kind == SSHCORE_FILE_NONE) {
            return served;
        }
        on_file_request(s, &r);
        served = 1;
    }
}

/* ---- connections */

static void end_session(struct session *s)
{
    close_fd(&s->in);
    close_fd(&s->out);
    close_fd(&s->err);
    if (s->process > 0) {
        kill(s->process, SIGKILL);
        waitpid(s->process, NULL, 0);
    }
    for (int i = 0; i < MOST_FILES; i++) {
        close_fd(&s->files[i].fd);
        if (s->files[i].directory != NULL) {
            closedir(s->files[i].directory);
        }
    }
    CHECK(sshcore_sftp_free(s->sftp));
    memset(s, 0, sizeof *s);
}

static void on_open_requested(struct client *c, const sshcore_event *e)
{
    for (int i = 0; i < MOST_CHANNELS && strcmp(e->name, "session") == 0; i++) {
        struct session *s = &c->sessions[i];
        if (!s->used) {
            memset(s, 0, sizeof *s);
            s->used = 1;
            s->channel = e->channel;
            s->in = s->out = s->err = -1;
            for (int f = 0; f < MOST_FILES; f++) {
                s->files[f].fd = -1;
            }
            CHECK(sshcore_answer_accept(c->connection, e->token));
            return;
        }
    }
    CHECK(sshcore_answer_deny(c->connection, e->token));
}

static void on_request(struct client *c, const sshcore_event *e)
{
    struct session *s = find(c, e->channel);
    if (s != NULL && s->process == 0 && s->sftp == NULL && strcmp(e->name, "exec") == 0 && spawn(s, e->text)) {
        CHECK(sshcore_answer_accept(c->connection, e->token));
    } else if (s != NULL && s->process == 0 && s->sftp == NULL && strcmp(e->name, "subsystem") == 0 && strcmp(e->text, "sftp") == 0) {
        CHECK(sshcore_answer_accept(c->connection, e->token));
        CHECK(sshcore_sftp_server_new(NULL, &s->sftp));
        CHECK(sshcore_sftp_attach(c->connection, e->channel, s->sftp));
    } else {
        CHECK(sshcore_answer_deny(c->connection, e->token));
    }
}

static void on_event(struct client *c, const sshcore_event *e)
{
    struct session *s = find(c, e->channel);
    switch (e->kind) {
    case SSHCORE_EVENT_USER_PRESENTED:
        CHECK(sshcore_answer_methods(c->connection, e->token, "publickey"));
        break;
    case SSHCORE_EVENT_KEY_PROBE:
    case SSHCORE_EVENT_KEY_PROOF:
        if (e->key_length == authorized_length && memcmp(e->key, authorized, authorized_length) == 0) {
            CHECK(sshcore_answer_accept(c->connection, e->token));
        } else {
            CHECK(sshcore_answer_deny(c->connection, e->token));
        }
        break;
    case SSHCORE_EVENT_OPEN_REQUESTED:
        on_open_requested(c, e);
        break;
    case SSHCORE_EVENT_CHANNEL_REQUESTED:
        on_request(c, e);
        break;
    case SSHCORE_EVENT_CHANNEL_EOF:
        if (s != NULL) {
            s->input_ended = 1;
        }
        if (s != NULL && s->sftp != NULL) {
            CHECK(sshcore_request_exit_status(c->connection, e->channel, 0));
            CHECK(sshcore_channel_close(c->connection, e->channel));
        }
        break;
    case SSHCORE_EVENT_CHANNEL_CLOSED:
        if (s != NULL) {
            end_session(s);
        }
        break;
    default:
        if (e->token != 0) {
            CHECK(sshcore_answer_deny(c->connection, e->token));
        }
        break;
    }
}

/* Everything that can be done now; 0 when the connection is over. */
static int advance(struct client *c)
{
    sshcore_event e;
    uint32_t finished;
    int progress;
    SSHCORE_INIT(e);
    do {
        progress = 0;
        for (;;) {
            CHECK(sshcore_poll_event(c->connection, &e));
            if (e.kind == SSHCORE_EVENT_NONE) {
                break;
            }
            on_event(c, &e);
        }
        for (int i = 0; i < MOST_CHANNELS; i++) {
            if (c->sessions[i].used) {
                progress |= move_command(c, &c->sessions[i]);
                progress |= serve_files(&c->sessions[i]);
            }
        }
        for (;;) {
            const uint8_t *data;
            size_t length;
            ssize_t sent;
            CHECK(sshcore_output(c->connection, &data, &length));
            if (length == 0) {
                break;
            }
            sent = send(c->fd, data, length, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0) {
                if (errno != EAGAIN && errno != EINTR) {
                    CHECK(sshcore_abort(c->connection, strerror(errno)));
                }
                break;
            }
            CHECK(sshcore_output_advance(c->connection, (size_t)sent));
            progress = 1;
        }
    } while (progress);
    CHECK(sshcore_is_finished(c->connection, &finished));
    return !finished;
}

static void take_input(struct client *c)
{
    uint8_t *buffer;
    size_t length;
    uint32_t wants;
    CHECK(sshcore_wants_input(c->connection, &wants));
    if (!wants) {
        return;
    }
    CHECK(sshcore_receive_buffer(c->connection, &buffer, &length));
    ssize_t count = recv(c->fd, buffer, length, MSG_DONTWAIT);
    int error = errno;
    CHECK(sshcore_commit(c->connection, count > 0 ? (size_t)count : 0));
    if (count == 0) {
        CHECK(sshcore_receive_end(c->connection));
    } else if (count < 0 && error != EAGAIN && error != EINTR) {
        CHECK(sshcore_abort(c->connection, strerror(error)));
    }
}

static void end_client(int slot)
{
    struct client *c = clients[slot];
    for (int i = 0; i < MOST_CHANNELS; i++) {
        if (c->sessions[i].used) {
            end_session(&c->sessions[i]);
        }
    }
    close(c->fd);
    CHECK(sshcore_connection_free(c->connection));
    free(c);
    clients[slot] = NULL;
}

static void accept_client(int listener)
{
    int one = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    for (int i = 0; fd >= 0 && i < MOST_CLIENTS; i++) {
        if (clients[i] == NULL) {
            clients[i] = calloc(1, sizeof **clients);
            clients[i]->fd = fd;
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            CHECK(sshcore_server_new(&settings, &clients[i]->connection));
            CHECK(sshcore_tick(clients[i]->connection, now_us()));
            return;
        }
    }
    close_fd(&fd);
}

/* Watches exactly what can be gone on with; the set is small, so it is made anew for each turn. */
static int watch(int listener)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { EPOLLIN, { 0 } };
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (int i = 0; i < MOST_CLIENTS; i++) {
        struct client *c = clients[i];
        const uint8_t *data;
        size_t length;
        uint32_t wants;
        if (c == NULL) {
            continue;
        }
        CHECK(sshcore_wants_input(c->connection, &wants));
        CHECK(sshcore_output(c->connection, &data, &length));
        event.events = (wants ? (uint32_t)EPOLLIN : 0) | (length > 0 ? (uint32_t)EPOLLOUT : 0);
        epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
        for (int n = 0; n < MOST_CHANNELS; n++) {
            struct session *s = &c->sessions[n];
            size_t room = 0, available = 0;
            if (!s->used || s->process <= 0) {
                continue;
            }
            CHECK(sshcore_channel_write_room(c->connection, s->channel, &room));
            CHECK(sshcore_channel_available(c->connection, s->channel, 0, &available));
            event.events = EPOLLIN;
            if (room > 0 && s->out >= 0) {
                epoll_ctl(epoll, EPOLL_CTL_ADD, s->out, &event);
            }
            if (room > 0 && s->err >= 0) {
                epoll_ctl(epoll, EPOLL_CTL_ADD, s->err, &event);
            }
            event.events = EPOLLOUT;
            if (available > 0 && s->in >= 0) {
                epoll_ctl(epoll, EPOLL_CTL_ADD, s->in, &event);
            }
        }
    }
    return epoll;
}

static int next_wait(void)
{
    uint64_t due = SSHCORE_NEVER, now = now_us();
    int wait = -1;
    for (int i = 0; i < MOST_CLIENTS; i++) {
        uint64_t at;
        if (clients[i] == NULL) {
            continue;
        }
        CHECK(sshcore_next_timeout(clients[i]->connection, &at));
        due = at < due ? at : due;
        for (int n = 0; n < MOST_CHANNELS; n++) {
            struct session *s = &clients[i]->sessions[n];
            if (s->used && s->process > 0 && s->out < 0 && s->err < 0) {
                wait = 5; /* its outputs are closed, but it has not ended */
            }
        }
    }
    if (due != SSHCORE_NEVER) {
        int until = due <= now ? 0 : (int)((due - now) / 1000 + 1);
        wait = wait < 0 || until < wait ? until : wait;
    }
    return wait;
}

static void run(int listener)
{
    while (!stopping) {
        struct epoll_event ready[16];
        int epoll = watch(listener);
        int count = epoll_wait(epoll, ready, 16, next_wait());
        close(epoll);
        if (count > 0) {
            accept_client(listener);
        }
        for (int i = 0; i < MOST_CLIENTS; i++) {
            if (clients[i] != NULL) {
                take_input(clients[i]);
                CHECK(sshcore_tick(clients[i]->connection, now_us()));
                if (!advance(clients[i])) {
                    end_client(i);
                }
            }
        }
    }
}

static uint8_t *read_file(const char *name, size_t *length)
{
    FILE *file = fopen(name, "rb");
    uint8_t *bytes = calloc(1, 1 << 20);
    if (file == NULL || bytes == NULL) {
        perror(name);
        exit(1);
    }
    *length = fread(bytes, 1, (1 << 20) - 1, file);
    fclose(file);
    return bytes;
}

static void read_authorized(const char *name)
{
    size_t length;
    uint8_t *line = read_file(name, &length);
    const uint8_t *data;
    sshcore_key *key;
    sshcore_blob *blob;
    line[strcspn((char *)line, "\n")] = '\0';
    CHECK(sshcore_key_parse_public((const char *)line, &key));
    CHECK(sshcore_key_public_blob(key, &blob));
    CHECK(sshcore_blob_data(blob, &data, &authorized_length));
    if (authorized_length > sizeof authorized) {
        exit(1);
    }
    memcpy(authorized, data, authorized_length);
    CHECK(sshcore_blob_free(blob));
    CHECK(sshcore_key_free(key));
    free(line);
}

int main(int argc, char **argv)
{
    struct sockaddr_in address;
    socklen_t address_length = sizeof address;
    sshcore_key *host_key;
    sshcore_key *const *host_keys = &host_key;
    size_t length;
    if (argc != 4) {
        fprintf(stderr, "usage: %s HOST-KEY-FILE AUTHORIZED-KEY-FILE FOLDER\n", argv[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, stop);
    folder = argv[3];
    uint8_t *file = read_file(argv[1], &length);
    CHECK(sshcore_key_parse(file, length, NULL, 0, &host_key));
    free(file);
    read_authorized(argv[2]);
    SSHCORE_INIT(settings);
    settings.host_keys = host_keys;
    settings.host_key_count = 1;

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0
        || getsockname(listener, (struct sockaddr *)&address, &address_length) != 0) {
        perror("listen");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    run(listener);

    for (int i = 0; i < MOST_CLIENTS; i++) {
        if (clients[i] != NULL) {
            end_client(i);
        }
    }
    close(listener);
    CHECK(sshcore_key_free(host_key));
    printf("%zu handles left\n", sshcore_live_handles());
    return sshcore_live_handles() == 0 ? 0 : 1;
}
