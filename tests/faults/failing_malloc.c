/* LD_PRELOAD: the allocation with the number NIXWHY_FAIL_AT, counted over all threads, gives nothing; with
 * NIXWHY_FAIL_ON=1 every one after it too. NIXWHY_COUNT_TO names a file that gets the number of allocations. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);

static atomic_long count;
static long fail_at = -1;
static int fail_on;

__attribute__((constructor)) static void begin(void) {
    const char* at = getenv("NIXWHY_FAIL_AT");
    const char* on = getenv("NIXWHY_FAIL_ON");
    fail_on = on != NULL && *on == '1';
    if (at != NULL) fail_at = strtol(at, NULL, 10);
    atomic_store(&count, 0);
}

__attribute__((destructor)) static void end(void) {
    const char* to = getenv("NIXWHY_COUNT_TO");
    if (to == NULL) return;
    FILE* out = fopen(to, "w");
    if (out == NULL) return;
    fprintf(out, "%ld\n", (long)count);
    fclose(out);
}

static int fails(void) {
    const long number = atomic_fetch_add(&count, 1) + 1;
    if (fail_at < 0 || number < fail_at || (number > fail_at && !fail_on)) return 0;
    errno = ENOMEM;
    return 1;
}

void* malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void* calloc(size_t many, size_t size) { return fails() ? NULL : __libc_calloc(many, size); }
void* realloc(void* old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
int posix_memalign(void** out, size_t alignment, size_t size) {
    void* made = fails() ? NULL : __libc_memalign(alignment, size);
    if (made == NULL) return ENOMEM;
    *out = made;
    return 0;
}
void* aligned_alloc(size_t alignment, size_t size) { return fails() ? NULL : __libc_memalign(alignment, size); }
