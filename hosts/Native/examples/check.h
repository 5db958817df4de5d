/* What the examples do with a result that they do not expect. */
#ifndef CHECK_H
#define CHECK_H

#include <sshcore.h>
#include <stdio.h>
#include <stdlib.h>

static inline void check_at(sshcore_result result, const char *what, const char *file, int line)
{
    if (result != SSHCORE_OK) {
        fprintf(stderr, "%s:%d: %s: %d, %s\n", file, line, what, (int)result, sshcore_result_text(result));
        exit(1);
    }
}

#define CHECK(call) check_at((call), #call, __FILE__, __LINE__)

#endif
