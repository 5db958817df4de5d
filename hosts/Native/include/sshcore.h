/*
 * sshcore.h: SSH-2 for C and for whatever can call C. Client and server, without I/O of its own.
 *
 * Level 1 is the connection as a state machine: bytes in, time in, events out, bytes out. It opens no socket, needs no
 * thread and asks for no time. Level 2 is keys, known_hosts and authorized_keys. Level 3 is for programs that have a socket
 * and no event loop: sshcore_pump and the blocking sshcore_easy functions, made from level 1.
 *
 * THE CONTRACT
 *
 * Results. Every call that can fail returns a sshcore_result, and SSHCORE_OK is 0. The numbers are never changed and never
 *   reused; later versions add some. sshcore_result_text says what one means, sshcore_last_detail what exactly was wrong. No
 *   call has to be repeated with the same arguments, and none gives "try again": what has to be waited for comes as an event.
 *   At each function stand the results that are its own. Any may also give SSHCORE_E_MEMORY and SSHCORE_E_INTERNAL; with a
 *   pointer NULL_POINTER, with a handle BAD_HANDLE and BUSY, with a struct STRUCT_SIZE, with text that is not UTF-8, a flag
 *   that is neither 0 nor 1 or a number out of its range ARGUMENT, with a length beyond 2 GiB or a text beyond 1 MiB LENGTH;
 *   with a public key as a blob FORMAT and KEY_UNSUPPORTED.
 * Outputs are written when the call returns SSHCORE_OK, and left alone otherwise. A pointer to an output may be NULL only
 *   where its comment says "optional".
 * const means not changed: the library reads what a const pointer points to during the call and keeps no pointer to it,
 *   but for the log callback and its context. All other input is copied.
 * Text is UTF-8 and ends with NUL. Text that comes from the peer is made printable: no control characters but line feeds.
 *   Where bytes may be anything, pointer and length are given. A pointer may be NULL if its length is 0.
 * Handles (sshcore_connection and the other incomplete types) are names, not addresses: do not dereference them, compare
 *   them with NULL and with each other only. What a function called _new, _parse, _generate and the like hands out is yours
 *   until you give it to the function of its type called _free. A handle that was freed, was made up or is of another type
 *   gives SSHCORE_E_BAD_HANDLE, a NULL SSHCORE_E_NULL_POINTER; only freeing NULL is fine and does nothing.
 * Pointers that the library hands out belong to their handle. They live:
 *     sshcore_receive_buffer   until sshcore_commit, or sshcore_receive
 *     sshcore_output           until sshcore_output_advance; output that was added meanwhile comes behind it
 *     ..._reserve              until ..._commit
 *     sshcore_borrow_data      until the next sshcore_poll_event, sshcore_receive_buffer or sshcore_receive
 *     data of SFTP             until the next poll of the machine, or the next call of those three on what brings its bytes
 *     all in a sshcore_event   until the next sshcore_poll_event, with what sshcore_question_... adds to it
 *     sshcore_blob_data        until sshcore_blob_free
 *     all of authorized_keys   until sshcore_authorized_keys_free
 *     other texts of a handle  until the next call on the handle that hands out such texts; those of SFTP until the next poll
 *   and all of them until the handle is freed, also if the connection has ended. Passwords among them are zeroed when their life ends.
 * Structs begin with their size: set it to sizeof, or use SSHCORE_INIT, which zeroes the rest too. Zero in a field stands for
 *   the default. Later versions append fields; the library then still takes the old size. A larger size than it knows is fine
 *   as long as what it does not know is zero, else STRUCT_SIZE; in a struct that it writes, it zeroes that. Structs that lie inside
 *   others (sshcore_file_attributes) never grow.
 * Order. At any time any function may be called on any live handle; what does not fit the state returns SSHCORE_E_STATE and
 *   changes nothing. The usual loop is: sshcore_tick or feed bytes, sshcore_poll_event until its kind is 0, send
 *   sshcore_output, then wait for the stream, for sshcore_next_timeout or for the application. Another order may cost
 *   latency, never correctness. After output was sent, poll again: polling pauses while too much waits.
 * Questions are events with a token: exactly one answer, now or later, by one of the sshcore_answer_ functions. Only what
 *   depends on the answer waits. What is not answered until its deadline is denied. A wrong token is SSHCORE_E_TOKEN, an
 *   answer that the question does not take SSHCORE_E_WRONG_ANSWER; the question then stays open.
 * Threads. There is no global state to set up. Different handles may be used on different threads at the same time; one
 *   handle by one call at a time, on whatever thread, and a second one gives SSHCORE_E_BUSY. Keys are exempt: they never
 *   change, and any number of calls and connections may use one; one that was freed stays alive inside connections that use
 *   it. Any number of calls may use one sshcore_authorized_keys, too, as long as none of them frees it.
 * Fork. The child of a process that forked may call sshcore_connection_abandon or sshcore_easy_abandon on its copies, and
 *   should: nothing is sent, the parent's session goes on. Nothing else is supported in a forked child before exec.
 * Logging is one callback in sshcore_settings, for faults and complaints. It is called on the calling thread, inside the
 *   call; a call back into the same handle, freeing it too, gives SSHCORE_E_BUSY.
 * After the end of a connection (event SSHCORE_EVENT_CLOSED) everything may still be called: the output may be sent, events
 *   polled, data read, sshcore_connection_error asked. Questions may be answered without effect. New work gives
 *   SSHCORE_E_STATE. Free the handle when sshcore_is_finished says so, or at any time before.
 * What it cannot save you from: a wild pointer that is not NULL, memory shorter than the length that you state, and a handle
 *   used by two threads of which one frees something else that the call was given.
 *
 * The library holds a runtime of its own (.NET, compiled ahead of time). It is loaded once and never unloaded, has one thread for
 * its housekeeping, handles SIGSEGV, SIGFPE and SIGRTMIN and passes on what is not its
 * own, and lives beside other runtimes in the same process. 64-bit only.
 */
#ifndef SSHCORE_H
#define SSHCORE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------ results */

typedef int32_t sshcore_result;

enum {
    SSHCORE_OK = 0,
    SSHCORE_E_NULL_POINTER = 1,       /* a pointer that must not be NULL is */
    SSHCORE_E_BAD_HANDLE = 2,         /* not a live handle of this type */
    SSHCORE_E_STRUCT_SIZE = 3,        /* the size at the start of a struct is too small or garbage */
    SSHCORE_E_ARGUMENT = 4,           /* outside its range, or not valid text */
    SSHCORE_E_LENGTH = 5,             /* more than was leased, waits, or was asked for */
    SSHCORE_E_STATE = 6,              /* not allowed in this state */
    SSHCORE_E_TOKEN = 7,              /* no open question has this token */
    SSHCORE_E_WRONG_ANSWER = 8,       /* the question is not answered by this function */
    SSHCORE_E_CHANNEL = 9,            /* the connection never had this channel */
    SSHCORE_E_BUSY = 10,              /* another call on the handle is under way */
    SSHCORE_E_MEMORY = 11,            /* out of memory */
    SSHCORE_E_INTERNAL = 12,          /* a fault of the library; the log has the detail */
    SSHCORE_E_FORMAT = 13,            /* a file or key in no known format, or damaged */
    SSHCORE_E_PASSPHRASE_NEEDED = 14, /* the key file is encrypted */
    SSHCORE_E_PASSPHRASE_WRONG = 15,  /* the passphrase does not open it, or it is damaged */
    SSHCORE_E_KEY_UNSUPPORTED = 16,   /* a known kind of key or cipher that is not supported */
    SSHCORE_E_SIGNATURE = 17,         /* the signature does not verify */
    SSHCORE_E_ALGORITHM = 18,         /* a name is unknown, legacy and not allowed, or does not fit the key */
    SSHCORE_E_UNSUPPORTED = 19,       /* not on this system, or the peer does not have it */
    SSHCORE_E_IO = 20,                /* a system call failed */
    SSHCORE_E_TIMEOUT = 21,           /* the time given has passed; nothing was lost */
    SSHCORE_E_HOST_KEY_UNKNOWN = 22,  /* no line about the host */
    SSHCORE_E_HOST_KEY_CHANGED = 23,  /* the host is known with other keys */
    SSHCORE_E_HOST_KEY_REVOKED = 24,  /* the key is revoked */
    SSHCORE_E_AUTH_FAILED = 25,       /* the log-in was refused */
    SSHCORE_E_CLOSED = 26,            /* the connection has ended; its error says why */
    SSHCORE_E_REFUSED = 27,           /* the peer refused */
    SSHCORE_E_LIMIT = 28,             /* a bound was reached */
    SSHCORE_E_FILE = 29,              /* a local file cannot be read or written */
    SSHCORE_E_AUTH_PARTIAL = 30,      /* this method was accepted, and the server wants another one too */
    SSHCORE_E_PASSWORD_EXPIRED = 31,  /* the server wants a new password */
    SSHCORE_E_CANCELLED = 32,         /* a callback gave it up */
    SSHCORE_E_KEY_NOT_AUTHORIZED = 33 /* no line of authorized_keys lets this key in from there */
};

/* One English sentence for a result; for any number, never NULL. The pointer is good for ever. */
const char *sshcore_result_text(sshcore_result result);

/* ------------------------------------------------------------------------------------------------ the library */

#define SSHCORE_VERSION_NUMBER 0x000100u /* of this header: major, minor, patch, a byte each */

/* The library's version as a number like SSHCORE_VERSION_NUMBER. */
uint32_t sshcore_version_number(void);

/* The library's version as text. The pointer is good for ever. */
const char *sshcore_version(void);

enum {
    SSHCORE_LIST_KEY_EXCHANGES = 0,
    SSHCORE_LIST_SIGNATURES = 1, /* of host keys and of users */
    SSHCORE_LIST_CIPHERS = 2,
    SSHCORE_LIST_MACS = 3,
    SSHCORE_LIST_LEGACY = 4 /* those of all lists that have to be allowed by name */
};

/* The names that the library knows, with commas between them, in order of preference; NULL for an unknown list. The pointer
 * is good for ever. */
const char *sshcore_algorithm_list(uint32_t list);

/* How many handles are live in the process: 0 when all has been freed. */
size_t sshcore_live_handles(void);

typedef struct sshcore_connection sshcore_connection;
typedef struct sshcore_key sshcore_key;
typedef struct sshcore_known_hosts sshcore_known_hosts;
typedef struct sshcore_authorized_keys sshcore_authorized_keys;
typedef struct sshcore_blob sshcore_blob;

/* Zeroes a struct and sets its size. */
#define SSHCORE_INIT(s) (memset(&(s), 0, sizeof(s)), (void)((s).size = sizeof(s)))

/* Bytes or text that a call made, with a NUL behind them. length is optional. NULL_POINTER, BAD_HANDLE. */
sshcore_result sshcore_blob_data(sshcore_blob *blob, const uint8_t **data, size_t *length);

/* Zeroes and frees it. BAD_HANDLE. */
sshcore_result sshcore_blob_free(sshcore_blob *blob);

/* ------------------------------------------------------------------------------------------------ level 1: connections */

enum {
    SSHCORE_LOG_ERROR = 1, /* a fault of the library */
    SSHCORE_LOG_WARNING = 2, /* a call that failed, and why */
    SSHCORE_LOG_INFO = 3,
    SSHCORE_LOG_DEBUG = 4
};

typedef void (*sshcore_log)(void *context, int32_t level, const char *message, size_t length);

enum {
    SSHCORE_TRACE_PACKETS = 1,
    SSHCORE_TRACE_KEY_EXCHANGE = 2,
    SSHCORE_TRACE_AUTHENTICATION = 4,
    SSHCORE_TRACE_CHANNELS = 8,
    SSHCORE_TRACE_TIMERS = 16
};

#define SSHCORE_LIMIT_NONE UINT32_MAX /* in a count of sshcore_limits: none at all, since 0 is the default */

/* Bounds on what a peer can make a connection do, hold or wait for; those that sshcore_settings does not have itself. */
typedef struct sshcore_limits {
    size_t size;
    uint64_t bytes_before_auth;              /* received before the log-in has succeeded; 1 MiB */
    uint64_t rekey_traffic_bytes;            /* traffic that justifies a key exchange of the peer whenever it comes; 64 KiB */
    uint32_t identification_length;          /* bytes of the identification line; 255 */
    uint32_t pre_banner_lines;               /* a server may send before its identification; 1024 */
    uint32_t pre_banner_line_length;         /* 8 KiB */
    uint32_t pre_banner_bytes;               /* of all these lines; 64 KiB */
    uint32_t packet_length_before_auth;      /* 64 KiB */
    uint32_t packet_length;                  /* after the log-in; 256 KiB */
    uint32_t name_list_count;                /* names in a name-list; 256 */
    uint32_t name_length;                    /* 64 */
    uint32_t name_list_length;               /* 16 KiB */
    uint32_t ext_info_entries;               /* 64 */
    uint32_t packets_before_auth;            /* 512 */
    uint32_t exchanges_before_auth;          /* of keys, the first one included; 3 */
    uint32_t identification_timeout_seconds; /* from the start to the peer's line; 10 */
    uint32_t rekey_timeout_seconds;          /* of a later key exchange; 60 */
    uint32_t channel_open_timeout_seconds;   /* 3600 */
    uint32_t stalled_output_timeout_seconds; /* our answers may stay unread; 60 */
    uint32_t close_timeout_seconds;          /* for the last bytes after DISCONNECT; 10 */
    uint32_t auth_requests;                  /* of a log-in, of any outcome; 64 */
    uint32_t key_probes;                     /* questions about public keys; 15 */
    uint32_t password_length;                /* 1 KiB */
    uint32_t user_name_length;               /* 256 */
    uint32_t pending_auth_messages;          /* that wait for an answer of ours; 4 */
    uint32_t password_changes;               /* asked for in one attempt; 3 */
    uint32_t interactive_prompts;            /* in one round; 32 */
    uint32_t interactive_rounds;             /* in one attempt; 10 */
    uint32_t auth_text_length;               /* of a banner, an instruction, a prompt, an answer; 16 KiB */
    uint32_t auth_banners;                   /* 16 */
    uint32_t channel_opens_per_minute;       /* by the peer; 10000 */
    uint32_t largest_window;                 /* that receive windows grow to, bytes; 64 MiB */
    uint32_t pending_requests;               /* of the peer that wait for an answer, per channel; 64 */
    uint32_t pending_request_bytes;          /* of all these; 1 MiB */
    uint32_t environment_variables;          /* of a session; 64 */
    uint32_t environment_bytes;              /* 32 KiB */
    uint32_t command_length;                 /* of a command or subsystem; 128 KiB */
    uint32_t terminal_name_length;           /* 256 */
    uint32_t terminal_modes_length;          /* 4 KiB */
    uint32_t queued_control_bytes;           /* answers that may wait unsent before the peer counts as flooding; 1 MiB */
    uint32_t queued_control_packets;         /* the same; 1024 */
    uint32_t queued_command_bytes;           /* of this side that may wait unsent; the next gives STATE; 16 MiB */
    uint32_t queued_command_packets;         /* the same; 65536 */
    uint32_t queued_data_bytes;              /* of channels that wait unsent before writes take no more; 1 MiB */
    uint32_t peer_rekeys_per_minute;         /* 8 */
    uint32_t smallest_rsa_bits;              /* 2048 */
    uint32_t largest_rsa_bits;               /* 16384 */
    uint32_t smallest_group_bits;            /* of a group exchange; 2048 */
    uint32_t largest_group_bits;             /* 8192 */
} sshcore_limits;

/* What a connection is made with. Lists are names with commas between them; NULL takes the default. */
typedef struct sshcore_settings {
    size_t size;
    const char *software_version;      /* printable ASCII without space and minus */
    const char *key_exchanges;         /* in order of preference, as all lists */
    const char *host_key_algorithms;
    const char *ciphers;
    const char *macs;
    const char *signature_algorithms;  /* for users' keys; a server announces them */
    const char *allow_legacy;          /* legacy names to allow, last in their lists */
    uint32_t window_size;              /* of a channel, bytes from 32 KiB; 2 MiB */
    uint32_t max_packet_size;          /* of a channel, 4 to 128 KiB; 32 KiB */
    uint32_t keep_alive_seconds;       /* 0: none */
    uint32_t keep_alive_max_unanswered;/* then the peer counts as dead; 0: never, IGNOREs are sent instead */
    uint64_t rekey_bytes;              /* new keys after so much data */
    uint32_t rekey_seconds;            /* and after so much time */
    uint32_t handshake_timeout_seconds;
    uint32_t auth_timeout_seconds;
    uint32_t decision_timeout_seconds; /* how long a question waits for its answer */
    uint32_t auth_failures;            /* server: so many, then the end */
    uint32_t channels;                 /* most channels at a time */
    uint32_t sessions;                 /* server: most sessions at a time */
    uint32_t fixed_windows;            /* 1: receive windows do not grow with the traffic */
    sshcore_log log;                   /* must stay callable until the handle is freed */
    void *log_context;
    const uint8_t *insecure_seed;      /* for tests: all randomness comes from this, and there are no secrets */
    size_t insecure_seed_length;
    sshcore_key *const *host_keys;     /* server: at least one, one per type; a public one raises HOST_SIGNATURE_NEEDED */
    size_t host_key_count;
    const char *auth_methods;          /* server: what can continue; publickey,password,keyboard-interactive */
    const char *banner;                /* server: text before log-in */
    const char *moduli;                /* server: text of a moduli file, for diffie-hellman-group-exchange-sha256 */
    uint32_t trace;                    /* SSHCORE_TRACE_ bits: what to say by TRACE events */
    uint32_t guess_key_exchange;       /* client: 1 sends the first message of the preferred key exchange at once */
    uint64_t rekey_packets;            /* new keys after so many packets, from 16; 2^31 */
    const sshcore_limits *limits;      /* NULL: the defaults */
    uint32_t host_chooses_groups;      /* server: 1 offers group exchange without moduli, by GEX_GROUP_NEEDED */
} sshcore_settings;

/* A client's connection; its first output waits at once. settings is optional. NULL_POINTER, STRUCT_SIZE, ARGUMENT,
 * ALGORITHM, LIMIT (a million handles are live). */
sshcore_result sshcore_client_new(const sshcore_settings *settings, sshcore_connection **connection);

/* A server's connection for one client. The same results, and BAD_HANDLE for a host key. */
sshcore_result sshcore_server_new(const sshcore_settings *settings, sshcore_connection **connection);

/* Zeroes keys and gives all memory back. Sends nothing: to end properly, sshcore_disconnect and send the output first. */
sshcore_result sshcore_connection_free(sshcore_connection *connection);

/* The same, for a child that was forked: its copy is dropped, and the session in the parent is not touched. */
sshcore_result sshcore_connection_abandon(sshcore_connection *connection);

/* ---- bytes and time */

/* Whether bytes should be read from the stream now: 1, or 0 for "leave them there, something else comes first". */
sshcore_result sshcore_wants_input(sshcore_connection *connection, uint32_t *wants);

/* Lends memory to read into, at least one byte. Ends with sshcore_commit; asking twice lends the same. */
sshcore_result sshcore_receive_buffer(sshcore_connection *connection, uint8_t **buffer, size_t *length);

/* Says that the first count bytes of the buffer were filled; 0 is fine. STATE without a buffer, LENGTH for more than it has. */
sshcore_result sshcore_commit(sshcore_connection *connection, size_t count);

/* Copies bytes in, instead of the two above. taken: how many; fewer when the connection wants no more for now. */
sshcore_result sshcore_receive(sshcore_connection *connection, const uint8_t *data, size_t length, size_t *taken);

/* The peer closed the stream. What was received is still handled; then the connection ends. */
sshcore_result sshcore_receive_end(sshcore_connection *connection);

#define SSHCORE_NEVER UINT64_MAX

/* Tells the time, in microseconds of a monotonic clock with any origin. Late and repeated ticks are harmless. */
sshcore_result sshcore_tick(sshcore_connection *connection, uint64_t now_us);

/* When the next tick is due, though nothing else happen; SSHCORE_NEVER; not later than now if there is something to poll. */
sshcore_result sshcore_next_timeout(sshcore_connection *connection, uint64_t *at_us);

/* The next bytes to send; length is 0 if there are none. */
sshcore_result sshcore_output(sshcore_connection *connection, const uint8_t **data, size_t *length);

/* Says that the first count bytes of the output were sent. LENGTH if fewer wait. */
sshcore_result sshcore_output_advance(sshcore_connection *connection, size_t count);

/* 1 once it has ended, all events were polled and all output sent: close the stream and free it. */
sshcore_result sshcore_is_finished(sshcore_connection *connection, uint32_t *finished);

/* ---- events */

#define SSHCORE_NO_CHANNEL UINT32_MAX

/* Kinds of events. A question mark: a question, with a token. In brackets: the fields it fills. */
enum {
    SSHCORE_EVENT_NONE = 0,                   /* there is no event now */
    SSHCORE_EVENT_VERSION_RECEIVED = 1,       /* [text: identification, detail: lines before it] */
    SSHCORE_EVENT_EXT_INFO_RECEIVED = 2,      /* [text: names, count, list: server-sig-algs if HAS_LIST] */
    SSHCORE_EVENT_DEBUG_RECEIVED = 3,         /* [text, ALWAYS_DISPLAY] */
    SSHCORE_EVENT_PEER_DISCONNECTED = 4,      /* [code: reason, text] */
    SSHCORE_EVENT_CLOSED = 5,                 /* the end [code: SSHCORE_ERROR_..., count: reason, text, detail: in full] */
    SSHCORE_EVENT_PONG_RECEIVED = 6,          /* [length] */
    SSHCORE_EVENT_KEX_STARTED = 7,            /* [FIRST, BY_PEER] */
    SSHCORE_EVENT_ALGORITHMS_CHOSEN = 8,      /* [name: key exchange, algorithm: host key, text, detail: ciphers out and in,
                                                 list: legacy ones, STRICT_KEX] */
    SSHCORE_EVENT_HOST_KEY_OFFERED = 9,       /* ? accept [key, algorithm]; its signature was verified */
    SSHCORE_EVENT_HOST_SIGNATURE_NEEDED = 10, /* ? signature [key, algorithm, data] */
    SSHCORE_EVENT_GEX_GROUP_NEEDED = 11,      /* ? group [code, count, id: least, preferred and most bits] */
    SSHCORE_EVENT_KEYS_CHANGED = 12,          /* [as ALGORITHMS_CHOSEN, code: number of the exchange] */
    SSHCORE_EVENT_BANNER_RECEIVED = 13,       /* [text, name: language] */
    SSHCORE_EVENT_AUTH_METHOD_NEEDED = 14,    /* ? none, password, key, interactive [list: allowed if HAS_LIST, name: what
                                                 failed, code: SSHCORE_REFUSAL_..., text: why, detail: succeeded so far] */
    SSHCORE_EVENT_SIGNATURE_NEEDED = 15,      /* ? signature [key, algorithm, data] */
    SSHCORE_EVENT_PROMPTS_RECEIVED = 16,      /* ? prompts [name, text: instruction, count, code: round]; see _question_prompt */
    SSHCORE_EVENT_PASSWORD_CHANGE_NEEDED = 17,/* ? new_password [text, code: round] */
    SSHCORE_EVENT_AUTH_PARTIAL = 18,          /* [name: method, list: what can continue] */
    SSHCORE_EVENT_AUTHENTICATED = 19,         /* [user, name: last method, list: all of them, key and algorithm of the last] */
    SSHCORE_EVENT_AUTH_FAILED = 20,           /* the log-in was given up [list: allowed if HAS_LIST, detail: tried] */
    SSHCORE_EVENT_USER_PRESENTED = 21,        /* ? methods, or deny for those of the settings [user] */
    SSHCORE_EVENT_NONE_ATTEMPT = 22,          /* ? accept, partial [user, name: method, list: accepted so far] */
    SSHCORE_EVENT_PASSWORD_ATTEMPT = 23,      /* ? accept, partial, request_change [the same, data: password, more: new one if
                                                 HAS_MORE] */
    SSHCORE_EVENT_KEY_PROBE = 24,             /* ? accept: this key would do; lets nobody in [the same, key, algorithm] */
    SSHCORE_EVENT_KEY_PROOF = 25,             /* ? accept, partial: the key has signed, and it verified [the same] */
    SSHCORE_EVENT_INTERACTIVE_ATTEMPT = 26,   /* ? accept, partial, challenge [the same, text: submethods] */
    SSHCORE_EVENT_INTERACTIVE_RESPONSE = 27,  /* ? the same [count, code: round]; see sshcore_question_response */
    SSHCORE_EVENT_OPEN_REQUESTED = 28,        /* ? accept, open, refuse_open [channel, name: type, data] */
    SSHCORE_EVENT_CHANNEL_OPENED = 29,        /* [channel, data] */
    SSHCORE_EVENT_CHANNEL_REFUSED = 30,       /* [channel, code: reason, 0 for a time-out here, text] */
    SSHCORE_EVENT_CHANNEL_DATA = 31,          /* [channel, stream, length]; borrow or read it */
    SSHCORE_EVENT_CHANNEL_WRITABLE = 32,      /* a write that took less than offered may go on [channel] */
    SSHCORE_EVENT_CHANNEL_EOF = 33,           /* the peer sends no more [channel] */
    SSHCORE_EVENT_CHANNEL_CLOSED = 34,        /* closed by both sides; unread data can still be read [channel] */
    SSHCORE_EVENT_CHANNEL_REQUESTED = 35,     /* ? accept [channel, name: type, WANT_REPLY, text: command, subsystem, name of
                                                 variable, signal or terminal, detail: value of variable, data: command as
                                                 bytes or what is not known, code: milliseconds of a break] */
    SSHCORE_EVENT_REQUEST_REPLIED = 36,       /* [channel, id, SUCCESS] */
    SSHCORE_EVENT_EXIT_STATUS = 37,           /* [channel, code] */
    SSHCORE_EVENT_EXIT_SIGNAL = 38,           /* [channel, name without SIG, text, detail: language, CORE_DUMPED] */
    SSHCORE_EVENT_END_OF_WRITE = 39,          /* the peer reads no more (eow@openssh.com) [channel] */
    SSHCORE_EVENT_GLOBAL_REQUESTED = 40,      /* ? accept, global [name, data, WANT_REPLY] */
    SSHCORE_EVENT_GLOBAL_REPLIED = 41,        /* [id, SUCCESS, data] */
    SSHCORE_EVENT_SFTP_READY = 42,            /* an SFTP machine attached to the channel has something to poll [channel] */
    SSHCORE_EVENT_TRACE = 43,                 /* as settings.trace asks [code: SSHCORE_TRACE_..., text, name, count and id: the
                                                 message's name, number and sequence, stream: 1 in, 2 out, length] */
    SSHCORE_EVENT_OTHER = 1000                /* something without a name here: pass it over */
};

enum {
    SSHCORE_FLAG_WANT_REPLY = 1,
    SSHCORE_FLAG_SUCCESS = 2,
    SSHCORE_FLAG_FIRST = 4,
    SSHCORE_FLAG_BY_PEER = 8,
    SSHCORE_FLAG_CORE_DUMPED = 16,
    SSHCORE_FLAG_ALWAYS_DISPLAY = 32,
    SSHCORE_FLAG_STRICT_KEX = 64,
    SSHCORE_FLAG_HAS_MORE = 128,
    SSHCORE_FLAG_HAS_LIST = 256
};

/* Why the last method of a log-in came to nothing. */
enum {
    SSHCORE_REFUSAL_NONE = 0,                /* nothing did: the first choice, or after a partial success */
    SSHCORE_REFUSAL_BY_SERVER = 1,
    SSHCORE_REFUSAL_NOT_IN_SERVERS_LIST = 2, /* nothing was sent */
    SSHCORE_REFUSAL_NO_COMMON_ALGORITHM = 3, /* nothing was sent */
    SSHCORE_REFUSAL_SIGNING_FAILED = 4,
    SSHCORE_REFUSAL_ABANDONED = 5
};

/* Kinds of errors. */
enum {
    SSHCORE_ERROR_NONE = 0,               /* it has not ended */
    SSHCORE_ERROR_INVALID_MESSAGE = 1,
    SSHCORE_ERROR_PROTOCOL_VIOLATION = 2,
    SSHCORE_ERROR_INCOMPATIBLE = 3,       /* no algorithm, version or method in common */
    SSHCORE_ERROR_CORRUPTED = 4,          /* a packet did not authenticate */
    SSHCORE_ERROR_KEY_EXCHANGE_FAILED = 5,
    SSHCORE_ERROR_HOST_KEY_REJECTED = 6,  /* by this side's answer */
    SSHCORE_ERROR_AUTHENTICATION_FAILED = 7,
    SSHCORE_ERROR_TIMEOUT = 8,
    SSHCORE_ERROR_LIMIT_EXCEEDED = 9,
    SSHCORE_ERROR_FLOODED = 10,           /* the peer makes us queue more than it reads */
    SSHCORE_ERROR_CONNECTION_LOST = 11,   /* the stream ended without a DISCONNECT */
    SSHCORE_ERROR_PEER_DISCONNECTED = 12,
    SSHCORE_ERROR_LOCAL_DISCONNECT = 13,
    SSHCORE_ERROR_HOST_FAILURE = 14,      /* sshcore_abort */
    SSHCORE_ERROR_PASSPHRASE_NEEDED = 15,
    SSHCORE_ERROR_PASSPHRASE_WRONG = 16,
    SSHCORE_ERROR_UNKNOWN_FORMAT = 17,
    SSHCORE_ERROR_UNSUPPORTED_KEY = 18,
    SSHCORE_ERROR_OTHER = 1000
};

/* One event. Texts are never NULL, but empty where the kind has none. */
typedef struct sshcore_event {
    size_t size;
    uint32_t kind;
    uint32_t channel;     /* SSHCORE_NO_CHANNEL for events of the connection */
    uint64_t token;       /* of a question; else 0 */
    uint64_t deadline_us; /* of a question: when it is denied; else SSHCORE_NEVER */
    uint64_t id;
    uint32_t code;
    uint32_t count;
    uint32_t flags;
    uint32_t stream;      /* 0: data, 1: stderr */
    size_t length;
    const char *user;
    const char *name;
    const char *text;
    const char *detail;
    const char *list;
    const char *algorithm;
    const uint8_t *key;   /* a public key as a blob, as sshcore_key_from_blob and the ..._check functions take it */
    size_t key_length;
    const uint8_t *data;
    size_t data_length;
    const uint8_t *more;
    size_t more_length;
} sshcore_event;

/* Handles packets until there is an event, and writes it; kind is 0 if there is none now. */
sshcore_result sshcore_poll_event(sshcore_connection *connection, sshcore_event *event);

/* The next unread bytes of the CHANNEL_DATA event that was polled last, without a copy; they count as read. length is 0 once
 * all was taken. What is not taken stays for sshcore_channel_read. STATE if the last event is another one. */
sshcore_result sshcore_borrow_data(sshcore_connection *connection, const uint8_t **data, size_t *length);

/* ---- commands */

/* Client: logs in; AUTH_METHOD_NEEDED follows. At once after sshcore_client_new is best. STATE if a log-in is under way. */
sshcore_result sshcore_authenticate(sshcore_connection *connection, const char *user);

/* Starts a key exchange; nothing happens if one is under way or the connection is not that far. */
sshcore_result sshcore_rekey(sshcore_connection *connection);

/* Changes how the connection is kept alive from now on, as the fields of sshcore_settings say; 0 seconds end it. */
sshcore_result sshcore_set_keep_alive(sshcore_connection *connection, uint32_t seconds, uint32_t max_unanswered);

/* Sends IGNORE with so many random bytes, at most 32768. LENGTH, STATE. */
sshcore_result sshcore_send_ignore(sshcore_connection *connection, size_t length);

/* Sends DEBUG. ARGUMENT for more than 32 KiB, STATE. */
sshcore_result sshcore_send_debug(sshcore_connection *connection, const char *message, uint32_t always_display);

/* Sends ping@openssh.com; PONG_RECEIVED follows. UNSUPPORTED if the peer did not announce it. */
sshcore_result sshcore_send_ping(sshcore_connection *connection, const uint8_t *data, size_t length);

/* Sends DISCONNECT behind the output, and ends. reason: RFC 4253 §11.1; 11 is "by application". description is optional. */
sshcore_result sshcore_disconnect(sshcore_connection *connection, uint32_t reason, const char *description);

/* The stream failed: ends, and sends nothing more. */
sshcore_result sshcore_abort(sshcore_connection *connection, const char *reason);

/* 1 between the success of the log-in and the end. */
sshcore_result sshcore_is_authenticated(sshcore_connection *connection, uint32_t *authenticated);

typedef struct sshcore_error {
    size_t size;
    uint32_t kind;        /* SSHCORE_ERROR_...; NONE while it lives */
    uint32_t reason;      /* of DISCONNECT */
    const char *message;
    const char *expected; /* empty if there is nothing to say */
    const char *got;
} sshcore_error;

/* Why the connection ended. */
sshcore_result sshcore_connection_error(sshcore_connection *connection, sshcore_error *error);

typedef struct sshcore_algorithms {
    size_t size;
    const char *key_exchange;
    const char *host_key;
    const char *cipher_out;
    const char *cipher_in;
    const char *mac_out;
    const char *mac_in;
    const char *compression_out;
    const char *compression_in;
    const char *legacy;   /* those of them that are legacy */
    uint32_t strict_kex;
} sshcore_algorithms;

/* What is in use. STATE before the first key exchange is done. */
sshcore_result sshcore_connection_algorithms(sshcore_connection *connection, sshcore_algorithms *algorithms);

/* The session identifier (RFC 4253 §7.2); empty before the first key exchange is done. */
sshcore_result sshcore_session_id(sshcore_connection *connection, const uint8_t **data, size_t *length);

/* The identification lines of both sides; the peer's is empty before it came. Both optional. */
sshcore_result sshcore_identifications(sshcore_connection *connection, const char **own, const char **peer);

/* The user who logged in; empty before. */
sshcore_result sshcore_user(sshcore_connection *connection, const char **user);

/* Client: the server's host key as a blob; empty before it was accepted. */
sshcore_result sshcore_host_key(sshcore_connection *connection, const uint8_t **key, size_t *length);

/* Client: what the server announced as server-sig-algs (RFC 8308 §3.1), with commas. STATE if it announced none. */
sshcore_result sshcore_server_sig_algs(sshcore_connection *connection, const char **names);

/* What the last call on this connection that failed complained about. */
sshcore_result sshcore_last_detail(sshcore_connection *connection, const char **text);

/* ---- channels (RFC 4254 §5). CHANNEL for a number that the connection never had; a channel that has closed does nothing. */

typedef struct sshcore_channel_options {
    size_t size;
    uint32_t window_size;     /* 0: the connection's */
    uint32_t max_packet_size; /* 0: the connection's */
    uint32_t manual_window;   /* 1: credit returns by sshcore_channel_consume alone */
    const uint8_t *data;      /* of the type, encoded; empty for a session */
    size_t data_length;
} sshcore_channel_options;

/* Opens a channel, such as "session"; CHANNEL_OPENED or CHANNEL_REFUSED follows. options is optional. STATE before the log-in,
 * or if there are too many. */
sshcore_result sshcore_channel_open(sshcore_connection *connection, const char *type, const sshcore_channel_options *options, uint32_t *channel);

/* Sends data as far as window and output allow, on stream 0, or 1 for stderr. written: how much was taken; if that is less than
 * length, CHANNEL_WRITABLE follows. STATE after EOF. */
sshcore_result sshcore_channel_write(sshcore_connection *connection, uint32_t channel, uint32_t stream, const uint8_t *data, size_t length, size_t *written);

/* The same without a copy: lends memory of the output for one packet, at least 1 and at most `most` bytes, to be filled from the
 * start. length is 0 if nothing can be sent now; CHANNEL_WRITABLE follows. Otherwise, until sshcore_channel_commit, all other calls
 * on the connection and the SFTP machines attached to it, but for freeing and ..._last_detail, give STATE. ARGUMENT for most 0,
 * STATE after EOF. */
sshcore_result sshcore_channel_reserve(sshcore_connection *connection, uint32_t channel, uint32_t stream, size_t most, uint8_t **buffer, size_t *length);

/* Sends the first count bytes of what was lent; 0 gives it back unsent. LENGTH for more than was lent, which stays lent; STATE if
 * nothing is. */
sshcore_result sshcore_channel_commit(sshcore_connection *connection, size_t count);

/* How much a write would take now. */
sshcore_result sshcore_channel_write_room(sshcore_connection *connection, uint32_t channel, size_t *room);

/* Copies unread data out, oldest first. read: how much; 0 if nothing is there now. */
sshcore_result sshcore_channel_read(sshcore_connection *connection, uint32_t channel, uint32_t stream, uint8_t *buffer, size_t length, size_t *read);

/* How much could be read now. */
sshcore_result sshcore_channel_available(sshcore_connection *connection, uint32_t channel, uint32_t stream, size_t *available);

/* With a manual window: gives credit for data that was read. LENGTH for more than that, STATE without a manual window. */
sshcore_result sshcore_channel_consume(sshcore_connection *connection, uint32_t channel, size_t count);

/* Says that no more data will be sent. */
sshcore_result sshcore_channel_send_eof(sshcore_connection *connection, uint32_t channel);

/* Drops what is unread and what still comes, without holding the peer up. */
sshcore_result sshcore_channel_shutdown_read(sshcore_connection *connection, uint32_t channel);

/* Closes; CHANNEL_CLOSED follows once the peer has closed too. */
sshcore_result sshcore_channel_close(sshcore_connection *connection, uint32_t channel);

/* open: 1 until it was refused or both sides have closed it. eof: 1 once the peer sends no more. Both optional. */
sshcore_result sshcore_channel_state(sshcore_connection *connection, uint32_t channel, uint32_t *open, uint32_t *eof);

/* ---- requests (RFC 4254 §6). With want_reply 1, REQUEST_REPLIED with the id follows; id is optional. All: CHANNEL, STATE
 * before the channel is open, ARGUMENT for what does not fit into a packet. */

/* Runs a command; bytes, as the server's shell takes them. */
sshcore_result sshcore_request_exec(sshcore_connection *connection, uint32_t channel, const uint8_t *command, size_t length, uint32_t want_reply, uint64_t *id);
/* Starts the user's shell. */
sshcore_result sshcore_request_shell(sshcore_connection *connection, uint32_t channel, uint32_t want_reply, uint64_t *id);
/* Starts a subsystem, such as "sftp". */
sshcore_result sshcore_request_subsystem(sshcore_connection *connection, uint32_t channel, const char *name, uint32_t want_reply, uint64_t *id);
/* Sets a variable for what is started next; servers take few of them. */
sshcore_result sshcore_request_env(sshcore_connection *connection, uint32_t channel, const char *name, const char *value, uint32_t want_reply, uint64_t *id);

typedef struct sshcore_pty {
    size_t size;
    uint32_t columns;
    uint32_t rows;
    uint32_t pixel_width;
    uint32_t pixel_height;
    const char *terminal;  /* NULL when asking: vt100 */
    const uint8_t *modes;  /* encoded as RFC 4254 §8 says */
    size_t modes_length;
} sshcore_pty;

/* Asks for a terminal for what is started next. ARGUMENT also for modes that are not encoded as they must be. */
sshcore_result sshcore_request_pty(sshcore_connection *connection, uint32_t channel, const sshcore_pty *pty, uint32_t want_reply, uint64_t *id);
/* Tells the terminal's new size; terminal and modes are not looked at. */
sshcore_result sshcore_request_window_change(sshcore_connection *connection, uint32_t channel, const sshcore_pty *pty);
/* Sends a signal; its name is without SIG, such as "TERM". */
sshcore_result sshcore_request_signal(sshcore_connection *connection, uint32_t channel, const char *name);
/* Server: tells how the command ended. */
sshcore_result sshcore_request_exit_status(sshcore_connection *connection, uint32_t channel, uint32_t status);
/* Server: tells which signal, without SIG, ended the command. message is optional. */
sshcore_result sshcore_request_exit_signal(sshcore_connection *connection, uint32_t channel, const char *name, uint32_t core_dumped, const char *message);
/* Any other type, its data encoded. */
sshcore_result sshcore_request_raw(sshcore_connection *connection, uint32_t channel, const char *type, const uint8_t *data, size_t length, uint32_t want_reply, uint64_t *id);
/* A global request (RFC 4254 §4); with want_reply 1, GLOBAL_REPLIED with the id follows. */
sshcore_result sshcore_global_request(sshcore_connection *connection, const char *name, const uint8_t *data, size_t length, uint32_t want_reply, uint64_t *id);

/* ---- answers. All: TOKEN, WRONG_ANSWER, and after a result that is not OK the question is still open. */

/* Yes. */
sshcore_result sshcore_answer_accept(sshcore_connection *connection, uint64_t token);
/* No: refuses, gives up, skips; for USER_PRESENTED, takes the methods of the settings. Any question takes it. */
sshcore_result sshcore_answer_deny(sshcore_connection *connection, uint64_t token);
/* AUTH_METHOD_NEEDED: tries none, by which a client learns what is allowed. */
sshcore_result sshcore_answer_none(sshcore_connection *connection, uint64_t token);
/* AUTH_METHOD_NEEDED: tries a password. ARGUMENT for more than 16 KiB. */
sshcore_result sshcore_answer_password(sshcore_connection *connection, uint64_t token, const uint8_t *password, size_t length);
/* AUTH_METHOD_NEEDED: tries a key; a public one raises SIGNATURE_NEEDED. algorithm is optional; probe_first: 1 asks the server
 * before signing. */
sshcore_result sshcore_answer_key(sshcore_connection *connection, uint64_t token, sshcore_key *key, const char *algorithm, uint32_t probe_first);
/* AUTH_METHOD_NEEDED: tries keyboard-interactive. submethods is optional. */
sshcore_result sshcore_answer_interactive(sshcore_connection *connection, uint64_t token, const char *submethods);
/* SIGNATURE_NEEDED, HOST_SIGNATURE_NEEDED: the signature, as sshcore_key_sign makes it. */
sshcore_result sshcore_answer_signature(sshcore_connection *connection, uint64_t token, const uint8_t *signature, size_t length);
/* PROMPTS_RECEIVED: as many answers as there are prompts. */
sshcore_result sshcore_answer_prompts(sshcore_connection *connection, uint64_t token, const char *const *answers, size_t count);
/* PASSWORD_CHANGE_NEEDED. */
sshcore_result sshcore_answer_new_password(sshcore_connection *connection, uint64_t token, const uint8_t *old_password, size_t old_length, const uint8_t *new_password, size_t new_length);
/* GEX_GROUP_NEEDED: a safe prime and its generator, big-endian. */
sshcore_result sshcore_answer_group(sshcore_connection *connection, uint64_t token, const uint8_t *prime, size_t prime_length, const uint8_t *generator, size_t generator_length);
/* USER_PRESENTED: the methods that this user may use, with commas between them. */
sshcore_result sshcore_answer_methods(sshcore_connection *connection, uint64_t token, const char *methods);
/* An attempt: accepts this factor and asks for one of the remaining methods too. */
sshcore_result sshcore_answer_partial(sshcore_connection *connection, uint64_t token, const char *remaining);

typedef struct sshcore_prompt {
    size_t size;
    const char *text;
    uint32_t echo; /* 1: the answer may be shown while it is typed */
} sshcore_prompt;

/* INTERACTIVE_ATTEMPT, INTERACTIVE_RESPONSE: asks the user. name and instruction are optional. */
sshcore_result sshcore_answer_challenge(sshcore_connection *connection, uint64_t token, const char *name, const char *instruction, const sshcore_prompt *const *prompts, size_t count);
/* PASSWORD_ATTEMPT: asks for a new password. */
sshcore_result sshcore_answer_request_change(sshcore_connection *connection, uint64_t token, const char *prompt);
/* OPEN_REQUESTED: opens it with options, which are optional; their data is not looked at. */
sshcore_result sshcore_answer_open(sshcore_connection *connection, uint64_t token, const sshcore_channel_options *options);
/* OPEN_REQUESTED: refuses it for a reason of RFC 4254 §5.1. description is optional. */
sshcore_result sshcore_answer_refuse_open(sshcore_connection *connection, uint64_t token, uint32_t reason, const char *description);
/* GLOBAL_REQUESTED: success, with data. */
sshcore_result sshcore_answer_global(sshcore_connection *connection, uint64_t token, const uint8_t *data, size_t length);

/* PROMPTS_RECEIVED: one of its prompts, from 0. ARGUMENT for an index that is not there. */
sshcore_result sshcore_question_prompt(sshcore_connection *connection, uint64_t token, uint32_t index, sshcore_prompt *prompt);
/* INTERACTIVE_RESPONSE: one of its answers, from 0. */
sshcore_result sshcore_question_response(sshcore_connection *connection, uint64_t token, uint32_t index, const uint8_t **data, size_t *length);
/* CHANNEL_REQUESTED, pty-req and window-change: the terminal. */
sshcore_result sshcore_question_pty(sshcore_connection *connection, uint64_t token, sshcore_pty *pty);

/* ------------------------------------------------------------------------------------------------ level 2: keys */

enum {
    SSHCORE_KEY_ED25519 = 1,
    SSHCORE_KEY_ECDSA_P256 = 2,
    SSHCORE_KEY_ECDSA_P384 = 3,
    SSHCORE_KEY_ECDSA_P521 = 4,
    SSHCORE_KEY_RSA = 5
};

/* Reads a private key file: OpenSSH, PKCS #8, PKCS #1, SEC 1, encrypted or not. FORMAT, PASSPHRASE_NEEDED, PASSPHRASE_WRONG,
 * KEY_UNSUPPORTED, LIMIT. */
sshcore_result sshcore_key_parse(const uint8_t *file, size_t length, const uint8_t *passphrase, size_t passphrase_length, sshcore_key **key);
/* Reads a public key line: type, base64, comment. FORMAT, KEY_UNSUPPORTED. */
sshcore_result sshcore_key_parse_public(const char *line, sshcore_key **key);
/* Reads a public key blob (RFC 4253 §6.6). FORMAT, KEY_UNSUPPORTED. */
sshcore_result sshcore_key_from_blob(const uint8_t *blob, size_t length, sshcore_key **key);
/* Makes a key. rsa_bits: 0 for 3072. comment is optional. insecure_seed is for tests and decides the key, but for RSA; leave it
 * empty otherwise. ARGUMENT. */
sshcore_result sshcore_key_generate(uint32_t kind, uint32_t rsa_bits, const char *comment, const uint8_t *insecure_seed, size_t insecure_seed_length, sshcore_key **key);
/* Lets a key go; the secret is zeroed once no connection uses it any more. */
sshcore_result sshcore_key_free(sshcore_key *key);
/* 1 if the private half is there. */
sshcore_result sshcore_key_is_private(sshcore_key *key, uint32_t *is_private);
/* The key type, such as ssh-ed25519, and its size; bits is optional. */
sshcore_result sshcore_key_type(sshcore_key *key, sshcore_blob **text, uint32_t *bits);
/* The signature algorithms that it can have, best first, with commas between them. */
sshcore_result sshcore_key_algorithms(sshcore_key *key, sshcore_blob **names);
/* The comment of the file or line. */
sshcore_result sshcore_key_comment(sshcore_key *key, sshcore_blob **text);
/* The public key as a blob. */
sshcore_result sshcore_key_public_blob(sshcore_key *key, sshcore_blob **blob);
/* The public key as a line. comment: NULL for the key's own. */
sshcore_result sshcore_key_public_line(sshcore_key *key, const char *comment, sshcore_blob **line);

enum { SSHCORE_FINGERPRINT_SHA256 = 0, SSHCORE_FINGERPRINT_MD5 = 1 };

/* The fingerprint as OpenSSH shows it. */
sshcore_result sshcore_key_fingerprint(sshcore_key *key, uint32_t kind, sshcore_blob **text);

enum { SSHCORE_FORMAT_OPENSSH = 0, SSHCORE_FORMAT_PKCS8 = 1, SSHCORE_FORMAT_LEGACY_PEM = 2 };

/* The private key as a file, encrypted if there is a passphrase. STATE for a public key, UNSUPPORTED for a format that the type
 * does not have. */
sshcore_result sshcore_key_write(sshcore_key *key, uint32_t format, const uint8_t *passphrase, size_t passphrase_length, sshcore_blob **file);
/* Signs. algorithm: NULL for the best. The signature is a blob of RFC 4253 §6.6. STATE for a public key, ALGORITHM. */
sshcore_result sshcore_key_sign(sshcore_key *key, const char *algorithm, const uint8_t *data, size_t length, sshcore_blob **signature);
/* OK if the signature is good, SIGNATURE if not. */
sshcore_result sshcore_key_verify(sshcore_key *key, const char *algorithm, const uint8_t *data, size_t length, const uint8_t *signature, size_t signature_length);

/* ---- known_hosts */

/* Reads the text of a known_hosts file. problems: how many lines could not be read and are passed over; optional. */
sshcore_result sshcore_known_hosts_parse(const uint8_t *text, size_t length, sshcore_known_hosts **known_hosts, size_t *problems);
/* Frees it. */
sshcore_result sshcore_known_hosts_free(sshcore_known_hosts *known_hosts);
/* OK if the key is known for the host; HOST_KEY_UNKNOWN, _CHANGED, _REVOKED. key: a blob, as HOST_KEY_OFFERED brings it. */
sshcore_result sshcore_known_hosts_check(sshcore_known_hosts *known_hosts, const char *host, uint32_t port, const uint8_t *key, size_t key_length);
/* Adds a line, with a hashed host name if hashed is 1. */
sshcore_result sshcore_known_hosts_add(sshcore_known_hosts *known_hosts, const char *host, uint32_t port, const uint8_t *key, size_t key_length, uint32_t hashed);
/* Takes the host out of the lines that name it, hashed or not; those with a marker stay, as do patterns. key_type, such as
 * "ssh-rsa", is optional: only its keys. removed: how many lines were changed or went; optional. */
sshcore_result sshcore_known_hosts_remove(sshcore_known_hosts *known_hosts, const char *host, uint32_t port, const char *key_type, size_t *removed);
/* The number of the line, from 1 in the text that was parsed, on which the result of sshcore_known_hosts_check rests; 0 if there is
 * none, or if it was added since. */
sshcore_result sshcore_known_hosts_find(sshcore_known_hosts *known_hosts, const char *host, uint32_t port, const uint8_t *key, size_t key_length, size_t *line);
/* The whole text, to be written to a file. */
sshcore_result sshcore_known_hosts_text(sshcore_known_hosts *known_hosts, sshcore_blob **text);
/* The default host key algorithms with those first whose keys are known for the host: for sshcore_settings. */
sshcore_result sshcore_known_hosts_order(sshcore_known_hosts *known_hosts, const char *host, uint32_t port, sshcore_blob **names);

/* ---- authorized_keys */

/* Reads the text of an authorized_keys file (sshd(8), AUTHORIZED_KEYS FILE FORMAT). A line that cannot be honoured in full, such as
 * one for a certificate authority or with an option that is not known here, lets nobody in. problems: how many such lines there
 * are; optional. */
sshcore_result sshcore_authorized_keys_parse(const uint8_t *text, size_t length, sshcore_authorized_keys **keys, size_t *problems);
/* Frees it, with the texts that it gave. */
sshcore_result sshcore_authorized_keys_free(sshcore_authorized_keys *keys);
/* What is wrong with one of those lines, from 0, and its number: for the log of a server. ARGUMENT for an index that is not there. */
sshcore_result sshcore_authorized_keys_problem(sshcore_authorized_keys *keys, size_t index, const char **text);

/* What a line says. The library cannot enforce it: a server that lets the key in has to. */
typedef struct sshcore_authorized_key {
    size_t size;
    size_t line;                    /* its number in the text, from 1 */
    const char *comment;            /* what follows the key; may be empty */
    const char *command;            /* runs instead of whatever the client asks for: command, shell or subsystem; NULL: none */
    const char *const *environment; /* NAME=value in order, of one name the last counts, and NULL at the end. The key is good
                                       without them: sshd takes them only where PermitUserEnvironment says so */
    size_t environment_count;       /* without the NULL */
    uint32_t allows_pty;            /* 1: the client may have a terminal; 0: it may not; so are all of these */
    uint32_t allows_port_forwarding;
    uint32_t allows_agent_forwarding;
    uint32_t allows_x11_forwarding;
    uint32_t allows_user_rc;        /* ~/.ssh/rc runs */
} sshcore_authorized_key;

/* OK if the client may come in with the key from its address, with the first line that says so in found; KEY_NOT_AUTHORIZED. Every
 * user has a file: parse that of the event's user. Asked at KEY_PROBE, where all but the result can be passed over, and at
 * KEY_PROOF, after which found holds for the connection. key: a blob, as both bring it; FORMAT and KEY_UNSUPPORTED mean no, too.
 * address: IPv4 or IPv6 in figures; what is neither fits only lines without from=. host_name: the client's, if it was looked up
 * and its addresses confirmed it; else NULL. */
sshcore_result sshcore_authorized_keys_check(sshcore_authorized_keys *keys, const uint8_t *key, size_t key_length, const char *address, const char *host_name, sshcore_authorized_key *found);

/* ------------------------------------------------------------------------------------------------ level 1: SFTP version 3 */

/* One end of SFTP: a machine like the connection. Attached to a channel, the connection moves its bytes; else they are moved by
 * hand, as over the pipes of a program. While it is attached, a call on it and a call on the connection exclude each other. */
typedef struct sshcore_sftp sshcore_sftp;

/* What an end is made with. */
typedef struct sshcore_sftp_options {
    size_t size;
    const char *extensions;       /* server: those to announce, with commas between them, check-file as one; NULL: all that
                                     SSHCORE_FILE_... has, but for check-file and users-groups-by-id@openssh.com */
    const char *hashes;           /* server: those of check-file; md5,sha1,sha256,sha384,sha512,crc32 */
    uint64_t transfer_window;     /* client: bytes that transfers keep in flight at most; 64 MiB */
    uint64_t upload_window;       /* server: receive window of a channel on which files are written, if it may grow; 16 MiB */
    uint32_t message_length;      /* of the peer's messages at most, 34000 bytes to 1 GiB; 256 KiB */
    uint32_t data_length;         /* of a READ that is answered and of a WRITE that is taken; 255 KiB */
    uint32_t path_length;         /* 16 KiB */
    uint32_t handles;             /* server: open files and folders; 256 */
    uint32_t requests_in_flight;  /* server: asked for and not answered; 64 */
    uint32_t pending_requests;    /* client: without reply; 16384 */
    uint32_t queued_output;       /* unsent bytes at which nothing more is taken; 1 MiB */
    uint32_t names_per_reply;     /* client; 16384 */
    uint32_t extended_attributes; /* of a file; 32 */
    uint32_t extension_count;     /* that the peer announces; 64 */
} sshcore_sftp_options;

/* A client's end. Requests may be made at once. options is optional. STRUCT_SIZE, ARGUMENT, LIMIT. */
sshcore_result sshcore_sftp_client_new(const sshcore_sftp_options *options, sshcore_sftp **sftp);
/* A server's end. The same results. */
sshcore_result sshcore_sftp_server_new(const sshcore_sftp_options *options, sshcore_sftp **sftp);
/* Ends it and frees it. The channel stays, and is yours to close. */
sshcore_result sshcore_sftp_free(sshcore_sftp *sftp);
/* Joins it to a channel, on which the client has asked for the subsystem sftp. The event SFTP_READY says that there are replies
 * or requests to poll; after requests were made or answered, send the connection's output. A machine is attached once, and a
 * channel takes one; a connection may have any number. Free either first: a machine whose connection is gone has ended. CHANNEL.
 * STATE: the channel is not open, has a manual window or a machine, or the machine was attached before or has memory lent. */
sshcore_result sshcore_sftp_attach(sshcore_connection *connection, uint32_t channel, sshcore_sftp *sftp);

/* Without a channel, bytes are moved by the next functions, as for connections. On a machine that was attached they give STATE,
 * but for sshcore_sftp_tick. */

/* Lends memory to read into, at least one byte. Ends with sshcore_sftp_commit. */
sshcore_result sshcore_sftp_receive_buffer(sshcore_sftp *sftp, uint8_t **buffer, size_t *length);
/* Says that the first count bytes of the buffer were filled. STATE without a buffer, LENGTH for more than it has. */
sshcore_result sshcore_sftp_commit(sshcore_sftp *sftp, size_t count);
/* Tells the time, in microseconds of a monotonic clock. It is only used to size the window of transfers, and may be left out. */
sshcore_result sshcore_sftp_tick(sshcore_sftp *sftp, uint64_t now_us);
/* Copies bytes in. taken: how many; fewer when it wants no more for now: poll, send the output, and offer the rest again. */
sshcore_result sshcore_sftp_receive(sshcore_sftp *sftp, const uint8_t *data, size_t length, size_t *taken);
/* The peer closed the stream. What was received is still handled; then the session ends. */
sshcore_result sshcore_sftp_receive_end(sshcore_sftp *sftp);
/* The next bytes to send; length is 0 if there are none. */
sshcore_result sshcore_sftp_output(sshcore_sftp *sftp, const uint8_t **data, size_t *length);
/* Says that the first count bytes of the output were sent. LENGTH if fewer wait. */
sshcore_result sshcore_sftp_output_advance(sshcore_sftp *sftp, size_t count);
/* Ends it for a reason of this side; nothing more is sent. */
sshcore_result sshcore_sftp_abort(sshcore_sftp *sftp, const char *reason);
/* Why it ended; kind is SSHCORE_ERROR_NONE while it lives. The texts live until the next poll. */
sshcore_result sshcore_sftp_error(sshcore_sftp *sftp, sshcore_error *error);
/* What the last call on it that failed complained about. The text lives until the next poll. */
sshcore_result sshcore_sftp_last_detail(sshcore_sftp *sftp, const char **text);

typedef struct sshcore_sftp_state {
    size_t size;
    uint32_t ready;            /* client: 1 once VERSION has come */
    uint32_t wants_input;      /* 0: leave bytes in the stream, something else comes first */
    uint32_t has_work;         /* 1: a poll would give something */
    uint32_t closed_by_peer;   /* 1: it ended because the peer closed the stream, and not inside a message */
    uint32_t client_version;   /* server: of the client; 0 before it came */
    uint32_t open_handles;     /* server */
    uint32_t pending_requests; /* client: without reply; server: without answer */
    uint32_t transfers;        /* client: that have not ended */
    uint64_t transfer_window;  /* client: bytes that downloads keep in flight now */
} sshcore_sftp_state;

/* How it stands. */
sshcore_result sshcore_sftp_get_state(sshcore_sftp *sftp, sshcore_sftp_state *state);

/* Kinds of requests, with the fields of sshcore_file_request that they use. */
enum {
    SSHCORE_FILE_NONE = 0,
    SSHCORE_FILE_OPEN = 1,               /* path, flags, attributes -> HANDLE */
    SSHCORE_FILE_CLOSE = 2,              /* handle -> STATUS */
    SSHCORE_FILE_READ = 3,               /* handle, offset, length -> DATA, or STATUS at the end */
    SSHCORE_FILE_WRITE = 4,              /* handle, offset, data -> STATUS; clients send it by sshcore_sftp_write */
    SSHCORE_FILE_L_STAT = 5,             /* path -> ATTRIBUTES */
    SSHCORE_FILE_F_STAT = 6,             /* handle -> ATTRIBUTES */
    SSHCORE_FILE_SET_STAT = 7,           /* path, attributes -> STATUS */
    SSHCORE_FILE_F_SET_STAT = 8,         /* handle, attributes -> STATUS */
    SSHCORE_FILE_OPEN_DIRECTORY = 9,     /* path -> HANDLE */
    SSHCORE_FILE_READ_DIRECTORY = 10,    /* handle -> NAMES, or STATUS at the end */
    SSHCORE_FILE_REMOVE = 11,            /* path -> STATUS */
    SSHCORE_FILE_MAKE_DIRECTORY = 12,    /* path, attributes -> STATUS */
    SSHCORE_FILE_REMOVE_DIRECTORY = 13,  /* path -> STATUS */
    SSHCORE_FILE_REAL_PATH = 14,         /* path -> NAMES, one */
    SSHCORE_FILE_STAT = 15,              /* path -> ATTRIBUTES */
    SSHCORE_FILE_RENAME = 16,            /* path, other_path -> STATUS */
    SSHCORE_FILE_READ_LINK = 17,         /* path -> NAMES, one */
    SSHCORE_FILE_SYMBOLIC_LINK = 18,     /* path: target, other_path: link -> STATUS */
    SSHCORE_FILE_POSIX_RENAME = 19,      /* path, other_path -> STATUS */
    SSHCORE_FILE_STAT_VFS = 20,          /* path -> FILE_SYSTEM */
    SSHCORE_FILE_F_STAT_VFS = 21,        /* handle -> FILE_SYSTEM */
    SSHCORE_FILE_HARD_LINK = 22,         /* path, other_path: link -> STATUS */
    SSHCORE_FILE_F_SYNC = 23,            /* handle -> STATUS */
    SSHCORE_FILE_L_SET_STAT = 24,        /* path, attributes -> STATUS */
    SSHCORE_FILE_LIMITS = 25,            /* -> LIMITS; a client asks by itself at the start, and a server's end answers */
    SSHCORE_FILE_EXPAND_PATH = 26,       /* path -> NAMES, one */
    SSHCORE_FILE_COPY_DATA = 27,         /* handle, offset, length, other_handle, other_offset -> STATUS */
    SSHCORE_FILE_HOME_DIRECTORY = 28,    /* path: user; a server finds it in text -> NAMES, one */
    SSHCORE_FILE_USERS_GROUPS_BY_ID = 29, /* users, groups -> USERS_AND_GROUPS */
    SSHCORE_FILE_CHECK_FILE = 30,        /* handle, or path if that is 0; text: hashes, best first; offset, length (0: to the end),
                                            block_size -> HASHES */
    SSHCORE_FILE_EXTENDED = 31           /* text: name, data -> EXTENDED or STATUS */
};

/* Flags of OPEN. */
enum {
    SSHCORE_OPEN_READ = 1,
    SSHCORE_OPEN_WRITE = 2,
    SSHCORE_OPEN_APPEND = 4,
    SSHCORE_OPEN_CREATE = 8,
    SSHCORE_OPEN_TRUNCATE = 16,
    SSHCORE_OPEN_EXCLUSIVE = 32
};

/* Status codes (draft-ietf-secsh-filexfer-02 §7). */
enum {
    SSHCORE_STATUS_OK = 0,
    SSHCORE_STATUS_END_OF_FILE = 1,
    SSHCORE_STATUS_NO_SUCH_FILE = 2,
    SSHCORE_STATUS_PERMISSION_DENIED = 3,
    SSHCORE_STATUS_FAILURE = 4,
    SSHCORE_STATUS_BAD_MESSAGE = 5,
    SSHCORE_STATUS_NO_CONNECTION = 6,
    SSHCORE_STATUS_CONNECTION_LOST = 7,
    SSHCORE_STATUS_OPERATION_UNSUPPORTED = 8
};

enum { SSHCORE_HAS_SIZE = 1, SSHCORE_HAS_OWNER = 2, SSHCORE_HAS_PERMISSIONS = 4, SSHCORE_HAS_TIMES = 8 };

/* A pair of a file that the protocol gives no meaning to. */
typedef struct sshcore_extended_attribute {
    size_t size;
    const char *name;
    const uint8_t *data;
    size_t data_length;
} sshcore_extended_attribute;

/* What is known of a file, or is to be set. Inside other structs its size may be left 0. */
typedef struct sshcore_file_attributes {
    size_t size;
    uint32_t has;         /* which of them are there: SSHCORE_HAS_... */
    uint32_t user_id;
    uint32_t group_id;
    uint32_t permissions; /* with the type of the file, as st_mode has it */
    uint32_t access_time; /* seconds since 1970 */
    uint32_t modify_time;
    uint64_t file_size;
    const sshcore_extended_attribute *const *extended;
    size_t extended_count;
} sshcore_file_attributes;

typedef struct sshcore_file_name {
    size_t size;
    const uint8_t *name;      /* bytes without a character set */
    size_t name_length;
    const uint8_t *long_name; /* as ls -l shows it; from a client's view for people only */
    size_t long_name_length;
    sshcore_file_attributes attributes;
} sshcore_file_name;

typedef struct sshcore_file_system {
    size_t size;
    uint64_t block_size;
    uint64_t fragment_size;
    uint64_t blocks;
    uint64_t free_blocks;
    uint64_t available_blocks;
    uint64_t files;
    uint64_t free_files;
    uint64_t available_files;
    uint64_t id;
    uint64_t flags;
    uint64_t maximum_name_length;
} sshcore_file_system;

typedef struct sshcore_file_request {
    size_t size;
    uint32_t kind;         /* SSHCORE_FILE_...; 0 from a poll that found nothing */
    uint32_t id;           /* server: the client's number */
    uint64_t token;        /* server: to answer it */
    const uint8_t *path;
    size_t path_length;
    const uint8_t *other_path;
    size_t other_path_length;
    uint64_t handle;       /* client: of a reply; server: what it answered */
    uint64_t other_handle;
    uint64_t offset;
    uint64_t other_offset;
    uint64_t length;
    uint32_t flags;
    uint32_t is_directory; /* server: whether handle is one */
    const char *text;
    const uint8_t *data;
    size_t data_length;
    sshcore_file_attributes attributes;
    uint32_t block_size;    /* of check-file: bytes for each hash, from 256; 0 for one over all */
    const uint32_t *users;  /* numbers to be named, at most 8192 in all */
    size_t user_count;
    const uint32_t *groups;
    size_t group_count;
} sshcore_file_request;

/* Client: makes a request. id is that of its reply; optional. ARGUMENT, STATE after the end or with too many without reply. */
sshcore_result sshcore_sftp_send(sshcore_sftp *sftp, const sshcore_file_request *request, uint32_t *id);
/* Client: makes a write. taken: how much of data it has; 0 while too much waits to be sent. id is optional. */
sshcore_result sshcore_sftp_write(sshcore_sftp *sftp, uint64_t handle, uint64_t offset, const uint8_t *data, size_t length, uint32_t *id, size_t *taken);
/* Client: the same without a copy: lends memory of the output for one WRITE of at most `most` bytes. length is 0 while too much waits
 * to be sent. Otherwise, until sshcore_sftp_write_commit, all other calls on it, and on the connection it is attached to, but for
 * freeing and ..._last_detail, give STATE. ARGUMENT for most 0. */
sshcore_result sshcore_sftp_write_reserve(sshcore_sftp *sftp, uint64_t handle, uint64_t offset, size_t most, uint8_t **buffer, size_t *length);
/* Client: writes the first count bytes of what sshcore_sftp_write_reserve or sshcore_sftp_upload_reserve lent; 0 gives it back. id is
 * optional, and 0 if nothing was written. LENGTH for more than was lent, which stays lent; STATE if nothing is, or for too many
 * requests without reply, after which nothing is lent. */
sshcore_result sshcore_sftp_write_commit(sshcore_sftp *sftp, size_t count, uint32_t *id);
/* Client: how much one READ gives and one WRITE takes; both optional. It grows when the server has told its limits. */
sshcore_result sshcore_sftp_io_lengths(sshcore_sftp *sftp, size_t *read, size_t *write);
/* Client: OK if the server announced the extension, else UNSUPPORTED. */
sshcore_result sshcore_sftp_supports(sshcore_sftp *sftp, const char *extension);
/* Client: one of the extensions that the server announced, from 0, and its data; ARGUMENT for an index that is not there. They live
 * until the next poll. */
sshcore_result sshcore_sftp_extension(sshcore_sftp *sftp, size_t index, const char **name, const uint8_t **data, size_t *length);

typedef struct sshcore_server_limits {
    size_t size;
    uint64_t packet_length;
    uint64_t read_length;
    uint64_t write_length;
    uint64_t open_handles;
} sshcore_server_limits;

/* Client: what the server has told by limits@openssh.com; 0 is what it did not tell. */
sshcore_result sshcore_sftp_server_limits(sshcore_sftp *sftp, sshcore_server_limits *limits);

enum {
    SSHCORE_REPLY_NONE = 0,
    SSHCORE_REPLY_VERSION = 1,    /* the session is ready */
    SSHCORE_REPLY_LIMITS = 2,     /* see sshcore_sftp_server_limits */
    SSHCORE_REPLY_STATUS = 3,     /* code, message */
    SSHCORE_REPLY_HANDLE = 4,     /* handle */
    SSHCORE_REPLY_DATA = 5,       /* data */
    SSHCORE_REPLY_NAMES = 6,      /* names; path if there is one */
    SSHCORE_REPLY_ATTRIBUTES = 7, /* attributes */
    SSHCORE_REPLY_FILE_SYSTEM = 8,
    SSHCORE_REPLY_HASHES = 9,     /* algorithm; data: of all blocks, one after another */
    SSHCORE_REPLY_USERS_AND_GROUPS = 10, /* users, groups */
    SSHCORE_REPLY_EXTENDED = 11,  /* data */
    SSHCORE_REPLY_ABANDONED = 12, /* the session ended before the reply came */
    SSHCORE_REPLY_ENDED = 13,     /* the last one [message] */
    SSHCORE_REPLY_TRANSFER_DATA = 14, /* of a download: write it there [transfer, offset, data] */
    SSHCORE_REPLY_TRANSFER_ROOM = 15, /* an upload takes data [transfer] */
    SSHCORE_REPLY_TRANSFER_ENDED = 16 /* code is OK if all is done [transfer, code, message, offset; request: what failed] */
};

typedef struct sshcore_file_reply {
    size_t size;
    uint32_t kind;        /* SSHCORE_REPLY_...; 0: there is none now */
    uint32_t request;     /* SSHCORE_FILE_...: what had been asked */
    uint32_t id;
    uint32_t code;        /* SSHCORE_STATUS_... */
    uint64_t handle;
    const char *message;
    const uint8_t *data;  /* its life: see the contract */
    size_t data_length;
    const uint8_t *path;
    size_t path_length;
    size_t names;         /* how many, for sshcore_sftp_reply_name */
    uint64_t transfer;
    uint64_t offset;
    sshcore_file_attributes attributes;
    const char *algorithm;
    const char *language; /* of message */
    size_t users;         /* how many, for sshcore_sftp_reply_user */
    size_t groups;
} sshcore_file_reply;

/* Client: the next reply. */
sshcore_result sshcore_sftp_poll_reply(sshcore_sftp *sftp, sshcore_file_reply *reply);
/* Client: one of the names of the last reply, from 0. ARGUMENT for an index that is not there. */
sshcore_result sshcore_sftp_reply_name(sshcore_sftp *sftp, size_t index, sshcore_file_name *name);
/* Client: one of the users of the last reply, from 0; empty if the server does not know it. ARGUMENT. */
sshcore_result sshcore_sftp_reply_user(sshcore_sftp *sftp, size_t index, const char **name);
/* Client: the same for groups. */
sshcore_result sshcore_sftp_reply_group(sshcore_sftp *sftp, size_t index, const char **name);
/* Client: the figures of the last reply, of kind FILE_SYSTEM. */
sshcore_result sshcore_sftp_reply_file_system(sshcore_sftp *sftp, sshcore_file_system *file_system);

/* Transfers: a file with as many requests in flight as the line takes. What they need comes as replies TRANSFER_..., and always and
 * last TRANSFER_ENDED; several run side by side. transfer is a number for the calls below and in the replies. */

typedef struct sshcore_download_options {
    size_t size;
    uint64_t handle;            /* an open file, which stays open; 0: the path is opened and closed */
    uint64_t offset;            /* of the first byte */
    uint64_t length;            /* at most; 0: up to the end of the file */
    uint64_t expected_size;     /* with the flag: the file's, as a listing told it, which saves asking; only a hint */
    uint32_t has_expected_size;
    uint32_t in_order;          /* 1: data comes in the order of the file; else in any */
    uint32_t read_length;       /* of one READ at most; 0: as much as both sides take */
} sshcore_download_options;

/* Client: reads a file. options is optional. ARGUMENT, STATE after the end or with too many requests without reply. */
sshcore_result sshcore_sftp_download(sshcore_sftp *sftp, const uint8_t *path, size_t path_length, const sshcore_download_options *options, uint64_t *transfer);
/* 1: nothing more is asked for until 0; what was asked for still comes. STATE for an upload. */
sshcore_result sshcore_sftp_download_pause(sshcore_sftp *sftp, uint64_t transfer, uint32_t paused);

typedef struct sshcore_upload_options {
    size_t size;
    uint64_t handle;            /* an open file, which stays open; 0: the path is opened and closed */
    uint64_t offset;            /* of the first byte */
    uint32_t flags;             /* 0: WRITE | CREATE | TRUNCATE; to go on with a file, without TRUNCATE */
    uint32_t fsync;             /* 1: flushed to the disk before the close, if the server has fsync@openssh.com */
    uint32_t write_length;      /* of one WRITE at most; 0: as much as both sides take */
    sshcore_file_attributes attributes;       /* to make the file with */
    sshcore_file_attributes final_attributes; /* that it gets when all is written */
} sshcore_upload_options;

/* Client: writes a file. options is optional. The same results. */
sshcore_result sshcore_sftp_upload(sshcore_sftp *sftp, const uint8_t *path, size_t path_length, const sshcore_upload_options *options, uint64_t *transfer);
/* Gives an upload its next bytes. taken: how many; TRANSFER_ROOM follows when there is room for more. */
sshcore_result sshcore_sftp_upload_write(sshcore_sftp *sftp, uint64_t transfer, const uint8_t *data, size_t length, size_t *taken);
/* The same without a copy, as sshcore_sftp_write_reserve; length is 0 until TRANSFER_ROOM. It ends with sshcore_sftp_write_commit. */
sshcore_result sshcore_sftp_upload_reserve(sshcore_sftp *sftp, uint64_t transfer, size_t most, uint8_t **buffer, size_t *length);
/* Leaves a hole of that many bytes in an upload: the server gives them as zeros. STATE once it has all its bytes, LENGTH beyond 2^64. */
sshcore_result sshcore_sftp_upload_skip(sshcore_sftp *sftp, uint64_t transfer, uint64_t count);
/* The upload has all its bytes. */
sshcore_result sshcore_sftp_upload_complete(sshcore_sftp *sftp, uint64_t transfer);
/* Gives a transfer up; TRANSFER_ENDED follows. */
sshcore_result sshcore_sftp_transfer_cancel(sshcore_sftp *sftp, uint64_t transfer);

typedef struct sshcore_transfer {
    size_t size;
    uint64_t done;        /* bytes that were handed out or confirmed */
    uint64_t in_flight;   /* bytes that were asked for or written, and are not answered */
    uint64_t position;    /* of an upload: where the next byte goes */
    uint64_t length;      /* of a download: bytes from its offset up to the end, as far as known */
    uint32_t ended;       /* TRANSFER_ENDED waits to be polled */
    uint32_t cancelled;
    uint32_t paused;
    uint32_t takes_data;  /* of an upload */
    sshcore_file_attributes attributes; /* of a download: of the file when it was opened, if they are known */
} sshcore_transfer;

/* How a transfer stands. The pointers live until the next poll. */
sshcore_result sshcore_sftp_transfer_state(sshcore_sftp *sftp, uint64_t transfer, sshcore_transfer *state);

/* Server: the next request. Each is answered once, by its token, now or later; answers leave in the order they are given. After
 * answers, poll again: requests that depend on each other wait. All answers: TOKEN, and WRONG_ANSWER for a request of another kind,
 * which stays open then. */
sshcore_result sshcore_sftp_poll_request(sshcore_sftp *sftp, sshcore_file_request *request);
/* With a status, which every request takes; OK only where nothing else is asked for, else STATE. message is optional. */
sshcore_result sshcore_sftp_answer_status(sshcore_sftp *sftp, uint64_t token, uint32_t code, const char *message);
/* OPEN, OPEN_DIRECTORY: with a number of your choice that stands for what was opened. overlaps_reads: several reads of it may be
 * asked for at once. CLOSED if the session has ended: then close what was opened. */
sshcore_result sshcore_sftp_answer_handle(sshcore_sftp *sftp, uint64_t token, uint64_t handle, uint32_t overlaps_reads);
/* READ: 1 to length bytes; the end of the file is a status. LENGTH. */
sshcore_result sshcore_sftp_answer_data(sshcore_sftp *sftp, uint64_t token, const uint8_t *data, size_t length);
/* READ, without a copy: lends memory of the output for all of its length, until sshcore_sftp_answer_commit or another answer to
 * it. Meanwhile output can be sent; polls find nothing, and other requests cannot be answered. STATE while other memory is lent. */
sshcore_result sshcore_sftp_answer_reserve(sshcore_sftp *sftp, uint64_t token, uint8_t **buffer, size_t *length);
/* READ: answers with the first count bytes of what was lent, from 1 on. LENGTH, after which it stays lent; STATE if nothing is. */
sshcore_result sshcore_sftp_answer_commit(sshcore_sftp *sftp, uint64_t token, size_t count);
/* STAT, L_STAT, F_STAT: what is known of the file. */
sshcore_result sshcore_sftp_answer_attributes(sshcore_sftp *sftp, uint64_t token, const sshcore_file_attributes *attributes);
/* REAL_PATH, READ_LINK, EXPAND_PATH, HOME_DIRECTORY: the path. */
sshcore_result sshcore_sftp_answer_path(sshcore_sftp *sftp, uint64_t token, const uint8_t *path, size_t length);
/* READ_DIRECTORY: at least one name. taken: how many went; the others are for the next request. */
sshcore_result sshcore_sftp_answer_names(sshcore_sftp *sftp, uint64_t token, const sshcore_file_name *const *names, size_t count, size_t *taken);
/* STAT_VFS, F_STAT_VFS: the figures of the volume. */
sshcore_result sshcore_sftp_answer_file_system(sshcore_sftp *sftp, uint64_t token, const sshcore_file_system *file_system);
/* CHECK_FILE: with one of the hashes that were asked for, and the values of all blocks one after another. ARGUMENT if they are too
 * many for a message: message_length less 1 KiB. */
sshcore_result sshcore_sftp_answer_hashes(sshcore_sftp *sftp, uint64_t token, const char *algorithm, const uint8_t *values, size_t length);
/* USERS_GROUPS_BY_ID: a name for each number, empty if there is none. ARGUMENT for other counts. */
sshcore_result sshcore_sftp_answer_users_groups(sshcore_sftp *sftp, uint64_t token, const char *const *users, size_t user_count, const char *const *groups, size_t group_count);
/* Server, after the end: one of the numbers that are still open, to close what it stands for. STATE if there is none. */
sshcore_result sshcore_sftp_take_handle(sshcore_sftp *sftp, uint64_t *handle);

/* ------------------------------------------------------------------------------------------------ level 3 (Linux, macOS) */

/* One turn of the loop: tells the time, sends the output, and if there is nothing to poll, waits until the descriptor is ready,
 * something is due, or timeout_ms have passed; 0 does not wait, -1 waits without limit. Then poll events. OK also when there may
 * be nothing new, as after a signal handler ran; a stream that was lost ends the connection, which is an event. fd: a connected
 * socket, blocking or not; or another stream, which should not block. No SIGPIPE is raised. To wait for other descriptors too,
 * call it with 0 and wait with poll(2) for at most what sshcore_next_timeout says: examples/shell_client.c does.
 * TIMEOUT: the time has passed, and nothing came. IO: fd is not open, or poll(2) failed; the connection is as it was.
 * ARGUMENT: fd is negative. UNSUPPORTED: not on this system. */
sshcore_result sshcore_pump(sshcore_connection *connection, int fd, int32_t timeout_ms);

/* A client whose calls wait. One handle, one call at a time; what a callback calls on its own handle gives BUSY.
 * Any of its calls also gives NULL_POINTER, BAD_HANDLE, BUSY, MEMORY and INTERNAL; and those that talk to the server
 * TIMEOUT when the time of the call has passed, and CLOSED when the connection has ended, of which sshcore_easy_error says why.
 * No call raises SIGPIPE, and none ends early for a signal. Between calls nothing is read and sent, keep-alives neither. */
typedef struct sshcore_easy sshcore_easy;

/* A host about which known_hosts has no line. It and what it points to live during the callback. */
typedef struct sshcore_easy_host {
    size_t size;
    const char *host;                   /* as in the options */
    uint32_t port;
    const char *key_type;               /* such as ssh-ed25519 */
    const char *fingerprint;            /* SHA256:... as OpenSSH shows it */
    const uint8_t *key;                 /* a blob, for sshcore_known_hosts_add and sshcore_key_from_blob */
    size_t key_length;
} sshcore_easy_host;

enum {
    SSHCORE_HOST_REFUSE = 0,            /* sshcore_easy_connect gives HOST_KEY_UNKNOWN */
    SSHCORE_HOST_ACCEPT_ONCE = 1,
    SSHCORE_HOST_ACCEPT_AND_ADD = 2     /* and known_hosts has a line about it from now on; saving the text is the caller's part */
};

/* Asks whether an unknown host is believed: SSHCORE_HOST_.... Keys that changed or were revoked are not asked about, but refused.
 * The time that it takes does not count, but handshake_timeout_seconds of the settings goes on. */
typedef int32_t (*sshcore_easy_host_key)(void *context, const sshcore_easy_host *host);

typedef struct sshcore_easy_options {
    size_t size;
    const char *host;                   /* a name, or an IPv4 or IPv6 address; all addresses of a name are tried in turn */
    uint32_t port;                      /* 0: 22 */
    uint32_t timeout_ms;                /* of each call, except for looking up the name; 0: none */
    sshcore_known_hosts *known_hosts;   /* who is believed; looked at during the call; optional with one of the next two */
    uint32_t insecure_any_host_key;     /* 1: whoever answers is believed; for tests */
    size_t max_output;                  /* of a command, both streams; 0: 64 MiB */
    const sshcore_settings *settings;   /* optional */
    sshcore_easy_host_key host_key_callback; /* optional: without it unknown hosts are refused */
    void *host_key_context;
} sshcore_easy_options;

/* Connects and exchanges keys. detail is optional, and the one exception to the rule for outputs: it is written when a result is
 * not OK and there is more to say. Start it as NULL and free it.
 * STRUCT_SIZE. ARGUMENT: no such port, or a setting outside its range. IO: the name is unknown, or nobody listens there.
 * HOST_KEY_UNKNOWN, HOST_KEY_CHANGED, HOST_KEY_REVOKED. CLOSED: it is no SSH server, or there is no algorithm in common.
 * ALGORITHM: a name in the settings. LIMIT: a million handles are live. UNSUPPORTED: not on this system. */
sshcore_result sshcore_easy_connect(const sshcore_easy_options *options, sshcore_easy **easy, sshcore_blob **detail);

/* Disconnects without waiting, closes the socket, frees it. NULL is fine. */
sshcore_result sshcore_easy_close(sshcore_easy *easy);

/* In a forked child: closes the child's descriptor and frees its copy, without a word to the server. NULL is fine. */
sshcore_result sshcore_easy_abandon(sshcore_easy *easy);

/* How long each call may take from now on, in milliseconds; 0 for no limit. */
sshcore_result sshcore_easy_set_timeout(sshcore_easy *easy, uint32_t timeout_ms);

/* ---- log-in. Each call tries one method. After any result but TIMEOUT and CLOSED another try may follow, of the same method or
 * another one; what was accepted stays so as long as the user is the same. All of them:
 * AUTH_FAILED: refused, or not among what can continue. AUTH_PARTIAL: accepted, and one of sshcore_easy_login.allowed is wanted too.
 * STATE: logged in already. ARGUMENT: the user is no UTF-8 or too long. TIMEOUT: the connection was ended, because an answer
 * may still come. */

/* Tries none, which some servers accept; the others tell by it which methods can continue, and send their banner. */
sshcore_result sshcore_easy_login_none(sshcore_easy *easy, const char *user);

/* By a password, in UTF-8. PASSWORD_EXPIRED: right, but the server wants a new one; its words are sshcore_easy_last_detail.
 * ARGUMENT: longer than 16 KiB. */
sshcore_result sshcore_easy_login_password(sshcore_easy *easy, const char *user, const uint8_t *password, size_t length);

/* By a password, and changes it if the server asks for that. PASSWORD_EXPIRED: the new one does not please the server.
 * ARGUMENT: longer than 8 KiB. */
sshcore_result sshcore_easy_login_new_password(sshcore_easy *easy, const char *user, const uint8_t *old_password, size_t old_length, const uint8_t *new_password, size_t new_length);

/* By a key. BAD_HANDLE: no live key. STATE: it has no private half. */
sshcore_result sshcore_easy_login_key(sshcore_easy *easy, const char *user, sshcore_key *key);

/* One question. */
typedef struct sshcore_easy_prompt {
    size_t size;
    const char *text;
    uint32_t echo;                      /* 1: the answer may be shown while it is typed */
    char *answer;                       /* room for the answer in UTF-8 with its NUL; empty so far */
    size_t answer_size;                 /* at least 1024 */
} sshcore_easy_prompt;

/* What the server asks at a time. It and all that it points to live during the callback; the answers are zeroed after it. */
typedef struct sshcore_easy_prompts {
    size_t size;
    const char *name;                   /* a title, often empty */
    const char *instruction;            /* to be shown above the questions, often empty */
    uint32_t round;                     /* from 1 */
    size_t count;                       /* may be 0: then there is only something to show */
    sshcore_easy_prompt *const *prompts;
} sshcore_easy_prompts;

/* Asks the user: writes the answers where the prompts have room for them. Other than 0 gives the log-in up. The time that it
 * takes does not count, but auth_timeout_seconds of the settings goes on. */
typedef int32_t (*sshcore_easy_ask)(void *context, const sshcore_easy_prompts *prompts);

/* By questions (keyboard-interactive, RFC 4256), in as many rounds as the server has. CANCELLED: the callback gave it up.
 * LENGTH: an answer has no NUL. ARGUMENT: the answers of a round exceed 16 KiB. */
sshcore_result sshcore_easy_login_interactive(sshcore_easy *easy, const char *user, sshcore_easy_ask ask, void *context);

typedef struct sshcore_easy_login {
    size_t size;
    uint32_t authenticated;             /* 1: logged in */
    const char *user;                   /* of the last try; empty before */
    const char *allowed;                /* methods that can continue, with commas between them; empty before the server has said so */
    const char *succeeded;              /* methods that were accepted, in order */
    const char *banner;                 /* what the server said before the log-in, made printable; empty if nothing */
} sshcore_easy_login;

/* How far the log-in has come. Asks nobody. The texts live until the next call on the handle. STRUCT_SIZE. */
sshcore_result sshcore_easy_login_state(sshcore_easy *easy, sshcore_easy_login *state);

/* ---- commands and files. All: STATE before the log-in. */

typedef struct sshcore_easy_result {
    size_t size;
    uint32_t has_status;                /* 0: it ended without one, which is not a success */
    uint32_t status;
    const char *signal;                 /* that ended it, without SIG; empty as a rule */
    const uint8_t *out;                 /* this and the others live until the next call on the handle */
    size_t out_length;
    const uint8_t *err;
    size_t err_length;
} sshcore_easy_result;

/* Runs a command with input to its end, and collects what it says. After a result that is not OK it may still run.
 * REFUSED: the server does not run it. LIMIT: more output than max_output. TIMEOUT: it has not ended; other calls may follow.
 * STRUCT_SIZE. LENGTH: 2 GiB or more of input. ARGUMENT: the command does not fit into a packet. */
sshcore_result sshcore_easy_exec(sshcore_easy *easy, const uint8_t *command, size_t length, const uint8_t *input, size_t input_length, sshcore_easy_result *result);

/* Called now and then during a transfer and once at its end, with the bytes done and those of the whole file, 0 if they are not
 * known. Other than 0 gives the transfer up. The time that it takes does not count. */
typedef int32_t (*sshcore_progress)(void *context, uint64_t done, uint64_t total);

/* Copies a file from the server. Names are bytes that end with NUL, in whatever character set. A local file is replaced once the
 * new one is whole, and keeps its permissions; links are followed; until then the new one is beside it, under a name of its own.
 * After a result that is not OK the local file is as it was. progress is optional.
 * REFUSED: by the server; see sshcore_easy_file_status. FILE: the local file cannot be written, or is no regular file.
 * CANCELLED: by progress. TIMEOUT: without any progress for so long; other calls may follow. ARGUMENT: local is empty. */
sshcore_result sshcore_easy_get(sshcore_easy *easy, const char *remote, const char *local, sshcore_progress progress, void *context);

/* Copies a file, or what comes from a pipe, to the server. The remote file is written in place: after a result that is not OK a
 * part of it may be there. The same results. */
sshcore_result sshcore_easy_put(sshcore_easy *easy, const char *local, const char *remote, sshcore_progress progress, void *context);

/* What the server said about the last sshcore_easy_get or _put that gave REFUSED: SSHCORE_STATUS_...; OK after others. */
sshcore_result sshcore_easy_file_status(sshcore_easy *easy, uint32_t *code);

/* ---- what went wrong */

/* Why the connection ended. The texts live until the next call on the handle. STRUCT_SIZE. */
sshcore_result sshcore_easy_error(sshcore_easy *easy, sshcore_error *error);

/* What the last call that failed complained about, for people. It lives until the next call on the handle. */
sshcore_result sshcore_easy_last_detail(sshcore_easy *easy, const char **text);

#ifdef __cplusplus
}
#endif

#endif
