#include "CAllocations.h"

#include <errno.h>
#include <stddef.h>

static __thread struct allocations allocated;

__attribute__((noinline)) struct allocations allocations_of(void (*body)(void *context), void *context) {
    const struct allocations before = allocated;
    body(context);
    return (struct allocations){allocated.blocks - before.blocks, allocated.bytes - before.bytes};
}

#ifdef __GLIBC__

bool allocations_are_counted(void) { return true; }

/*
 * A program's own malloc takes the place of glibc's for every library (glibc manual, "Replacing malloc"); these pass
 * each call on to glibc's, under the names that it keeps for itself. So free needs no replacement.
 */
extern void *__libc_malloc(size_t bytes);
extern void *__libc_calloc(size_t count, size_t bytes);
extern void *__libc_realloc(void *block, size_t bytes);
extern void *__libc_memalign(size_t alignment, size_t bytes);

static void note(size_t bytes) {
    allocated.blocks += 1;
    allocated.bytes += bytes;
}

void *malloc(size_t bytes) {
    note(bytes);
    return __libc_malloc(bytes);
}

void *calloc(size_t count, size_t bytes) {
    note(count * bytes);
    return __libc_calloc(count, bytes);
}

void *realloc(void *block, size_t bytes) {
    note(bytes);
    return __libc_realloc(block, bytes);
}

void *memalign(size_t alignment, size_t bytes) {
    note(bytes);
    return __libc_memalign(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void **block, size_t alignment, size_t bytes) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *aligned = memalign(alignment, bytes);
    if (aligned == NULL) return ENOMEM;
    *block = aligned;
    return 0;
}

#else

bool allocations_are_counted(void) { return false; }

#endif
