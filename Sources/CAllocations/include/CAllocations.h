#ifndef C_ALLOCATIONS_H
#define C_ALLOCATIONS_H

#include <stdbool.h>
#include <stdint.h>

/* What one thread asked of the heap: blocks, and the bytes that it asked for. A realloc counts as a new block. */
struct allocations {
    uint64_t blocks;
    uint64_t bytes;
};

/* Whether allocations are counted here: only with glibc, whose malloc a program may put its own in front of. */
bool allocations_are_counted(void);

/*
 * Calls `body` with `context`, and says what it allocated on the calling thread, whatever other threads did meanwhile;
 * nothing where nothing is counted. Never inlined, so that a profiler can find it by its name.
 */
struct allocations allocations_of(void (*body)(void *context), void *context);

#endif
