/* Makes the N-th call that touches a store fail, or the process die there. Loaded with LD_PRELOAD.

   FAULT_UNDER  only calls on paths below this folder count
   FAULT_AT     the number of the call; 0: never
   FAULT_HOW    kill, stop, eio, enospc, eacces, erofs, short (a short write, then EIO)
   FAULT_STICKY set: every later call that changes something fails too
   FAULT_COUNT  file that gets the number of calls at exit
   FAULT_CLOCK  seconds to add to the clock */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static atomic_int calls;
static const char *under, *how;
static int at, sticky;

__attribute__((constructor)) static void start(void) {
    under = getenv("FAULT_UNDER");
    how = getenv("FAULT_HOW");
    at = getenv("FAULT_AT") ? atoi(getenv("FAULT_AT")) : 0;
    sticky = getenv("FAULT_STICKY") != NULL;
}

__attribute__((destructor)) static void finish(void) {
    const char *name = getenv("FAULT_COUNT");
    FILE *file = name ? fopen(name, "w") : NULL;
    if (file) { fprintf(file, "%d\n", calls); fclose(file); }
}

static int ours(const char *path) {
    return under && path && strncmp(path, under, strlen(under)) == 0;
}

static int ours_fd(int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0) return 0;
    path[size] = 0;
    return ours(path);
}

/* 0: go on. Otherwise errno is set and the call has to fail. */
static int fault(void) {
    int now = ++calls;
    if (!at || !how || (sticky ? now < at : now != at)) return 0;
    if (!strcmp(how, "kill")) { kill(getpid(), SIGKILL); pause(); }
    if (!strcmp(how, "stop")) { kill(getpid(), SIGSTOP); return 0; }
    errno = !strcmp(how, "enospc") ? ENOSPC : !strcmp(how, "eacces") ? EACCES
          : !strcmp(how, "erofs") ? EROFS : EIO;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define PATH_CALL(type, name, params, path, ...) \
    type name params { if (ours(path) && fault()) return -1; return REAL(name)(__VA_ARGS__); }
#define FD_CALL(type, name, params, fd, ...) \
    type name params { if (ours_fd(fd) && fault()) return -1; return REAL(name)(__VA_ARGS__); }
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list args; va_start(args, flags); mode_t mode = va_arg(args, mode_t); va_end(args); \
        if ((flags & (O_CREAT | O_WRONLY | O_RDWR)) && ours(path) && fault()) return -1; \
        return REAL(name)(path, flags, mode); }

OPEN(open)
OPEN(open64)

/* A name in an opened folder, as the store itself is reached. */
static int ours_at(int fd, const char *path) { return *path == '/' ? ours(path) : ours_fd(fd); }

#define OPENAT(name) \
    int name(int fd, const char *path, int flags, ...) { \
        va_list args; va_start(args, flags); mode_t mode = va_arg(args, mode_t); va_end(args); \
        if ((flags & (O_CREAT | O_WRONLY | O_RDWR)) && ours_at(fd, path) && fault()) return -1; \
        return REAL(name)(fd, path, flags, mode); }

OPENAT(openat)
OPENAT(openat64)

static int short_now(void) { return how && !strcmp(how, "short") && at == calls + 1; }

ssize_t write(int fd, const void *data, size_t size) {
    if (!ours_fd(fd)) return REAL(write)(fd, data, size);
    if (short_now() && size > 1) { ++calls; ++at; return REAL(write)(fd, data, size / 2); }
    return fault() ? -1 : REAL(write)(fd, data, size);
}

FD_CALL(ssize_t, pwrite, (int fd, const void *d, size_t n, off_t o), fd, fd, d, n, o)
FD_CALL(ssize_t, pwrite64, (int fd, const void *d, size_t n, off64_t o), fd, fd, d, n, o)
FD_CALL(ssize_t, writev, (int fd, const struct iovec *v, int n), fd, fd, v, n)
FD_CALL(int, fsync, (int fd), fd, fd)
FD_CALL(int, fdatasync, (int fd), fd, fd)
FD_CALL(int, ftruncate, (int fd, off_t n), fd, fd, n)
FD_CALL(int, ftruncate64, (int fd, off64_t n), fd, fd, n)
FD_CALL(int, fchmod, (int fd, mode_t m), fd, fd, m)
#define AT_CALL(name, params, fd, path, ...) \
    int name params { if (ours_at(fd, path) && fault()) return -1; return REAL(name)(__VA_ARGS__); }

AT_CALL(unlinkat, (int fd, const char *p, int f), fd, p, fd, p, f)
AT_CALL(mkdirat, (int fd, const char *p, mode_t m), fd, p, fd, p, m)
AT_CALL(renameat, (int a, const char *p, int b, const char *q), b, q, a, p, b, q)
AT_CALL(renameat2, (int a, const char *p, int b, const char *q, unsigned f), b, q, a, p, b, q, f)
AT_CALL(linkat, (int a, const char *p, int b, const char *q, int f), b, q, a, p, b, q, f)
AT_CALL(symlinkat, (const char *p, int fd, const char *q), fd, q, p, fd, q)
AT_CALL(fchmodat, (int fd, const char *p, mode_t m, int f), fd, p, fd, p, m, f)

PATH_CALL(int, rename, (const char *a, const char *b), b, a, b)
PATH_CALL(int, unlink, (const char *p), p, p)
PATH_CALL(int, rmdir, (const char *p), p, p)
PATH_CALL(int, mkdir, (const char *p, mode_t m), p, p, m)
PATH_CALL(int, chmod, (const char *p, mode_t m), p, p, m)
PATH_CALL(int, symlink, (const char *a, const char *b), b, a, b)

int clock_gettime(clockid_t id, struct timespec *now) {
    int result = REAL(clock_gettime)(id, now);
    const char *shift = getenv("FAULT_CLOCK");
    if (shift && id == CLOCK_REALTIME) now->tv_sec += atol(shift);
    return result;
}
