/* A layer under a process's file calls, loaded with LD_PRELOAD, for one folder: it lets calls fail, or records what was
 * written and synced, so that a test can build what a power loss would have left. It also moves the clock.
 *
 * fault_root(path)          the folder that is watched
 * fault_arm(kinds, n, e, f) the n-th call of these kinds fails with errno e; with f, all later ones too
 * fault_fired()             whether one has failed
 * fault_record(path)        from now on, write what is done to this file
 * fault_mark(number)        write a mark into it
 * fault_clock(seconds)      how far the wall clock is off
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

enum { READS = 1, WRITES = 2, SYNCS = 4 };

static char root[PATH_MAX];
static size_t root_length;
static int armed_kinds, armed_errno, armed_forever, fired, log_fd = -1;
static long armed_left, clock_offset;
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

void fault_root(const char *path) { root_length = (size_t)snprintf(root, sizeof root, "%s/", path); }
void fault_arm(int kinds, long n, int error, int forever) {
    armed_kinds = kinds, armed_left = n, armed_errno = error, armed_forever = forever, fired = 0;
}
int fault_fired(void) { return fired; }
void fault_clock(long seconds) { clock_offset = seconds; }

static int watched(const char *path) {
    return root_length && (strncmp(path, root, root_length) == 0 ||
                           (strlen(path) == root_length - 1 && strncmp(path, root, root_length - 1) == 0));
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return watched(path);
}

static int absolute(int dir, const char *path, char *out) {
    char base[PATH_MAX] = "";
    if (path[0] != '/') {
        if (dir == AT_FDCWD) {
            if (!getcwd(base, sizeof base)) return 0;
        } else {
            char link[64];
            snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
            ssize_t length = readlink(link, base, sizeof base - 1);
            if (length <= 0) return 0;
            base[length] = 0;
        }
        if (snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    } else {
        snprintf(out, PATH_MAX, "%s", path);
    }
    return watched(out);
}

static int fails(int kind) {
    int failing = 0;
    pthread_mutex_lock(&guard);
    if (armed_left && (armed_kinds & kind)) {
        if (armed_left > 1) {
            armed_left--;
        } else {
            failing = fired = 1;
            if (!armed_forever) armed_left = 0;
        }
    }
    pthread_mutex_unlock(&guard);
    if (failing) errno = armed_errno;
    return failing;
}

static void put(const void *data, size_t length) {
    while (length) {
        ssize_t done = syscall(SYS_write, log_fd, data, length);
        if (done <= 0) abort();
        data = (const char *)data + done, length -= (size_t)done;
    }
}

/* One record: a letter, the lengths of path, other path or content, an offset, then both. */
static void record(char what, const char *path, uint64_t offset, const void *data, uint64_t length) {
    if (log_fd < 0) return;
    uint32_t path_length = (uint32_t)strlen(path);
    pthread_mutex_lock(&guard);
    put(&what, 1), put(&path_length, 4), put(&length, 8), put(&offset, 8), put(path, path_length), put(data, length);
    pthread_mutex_unlock(&guard);
}

void fault_record(const char *path) {
    log_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}
void fault_mark(long number) { record('m', "", (uint64_t)number, "", 0); }

static ssize_t write_at(int fd, const void *data, size_t length, off_t offset, ssize_t (*call)(int, const void *, size_t, off_t)) {
    char path[PATH_MAX];
    int saved = errno;
    if (!path_of(fd, path)) { errno = saved; return call(fd, data, length, offset); }
    if (fails(WRITES)) return -1;
    off_t place = offset;
    if (place < 0) {
        struct stat status;
        place = fcntl(fd, F_GETFL) & O_APPEND ? (fstat(fd, &status), status.st_size) : lseek(fd, 0, SEEK_CUR);
    }
    ssize_t done = call(fd, data, length, offset);
    saved = errno;
    if (done > 0) record('w', path, (uint64_t)place, data, (uint64_t)done);
    errno = saved;
    return done;
}
static ssize_t plain_write(int fd, const void *data, size_t length, off_t offset) {
    (void)offset;
    return NEXT(write)(fd, data, length);
}
static ssize_t plain_pwrite(int fd, const void *data, size_t length, off_t offset) {
    return NEXT(pwrite64)(fd, data, length, offset);
}
ssize_t write(int fd, const void *data, size_t length) { return write_at(fd, data, length, -1, plain_write); }
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return write_at(fd, data, length, offset, plain_pwrite); }
ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return write_at(fd, data, length, offset, plain_pwrite); }

static int read_fails(int fd) {
    char path[PATH_MAX];
    int saved = errno, failing = armed_left && path_of(fd, path) && fails(READS);
    if (!failing) errno = saved;
    return failing;
}
ssize_t read(int fd, void *data, size_t length) { return read_fails(fd) ? -1 : NEXT(read)(fd, data, length); }
ssize_t pread(int fd, void *data, size_t length, off_t offset) { return read_fails(fd) ? -1 : NEXT(pread)(fd, data, length, offset); }
ssize_t pread64(int fd, void *data, size_t length, off64_t offset) { return read_fails(fd) ? -1 : NEXT(pread64)(fd, data, length, offset); }

/* What was written by calls that do not pass here (stdio) is recorded when the file is synced. */
static void record_sync(const char *path) {
    struct stat status;
    if (log_fd < 0 || stat(path, &status) != 0) return;
    if (S_ISDIR(status.st_mode)) { record('d', path, 0, "", 0); return; }
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    char *content = malloc((size_t)status.st_size + 1);
    ssize_t length = fd < 0 ? 0 : syscall(SYS_pread64, fd, content, (size_t)status.st_size, 0);
    if (fd >= 0) syscall(SYS_close, fd);
    record('s', path, 0, content, length > 0 ? (uint64_t)length : 0);
    free(content);
}
static int sync_file(int fd, int (*call)(int)) {
    char path[PATH_MAX];
    int saved = errno;
    if (!path_of(fd, path)) { errno = saved; return call(fd); }
    if (fails(SYNCS)) return -1;
    int done = call(fd);
    saved = errno;
    if (done == 0) record_sync(path);
    errno = saved;
    return done;
}
int fsync(int fd) { return sync_file(fd, NEXT(fsync)); }
int fdatasync(int fd) { return sync_file(fd, NEXT(fdatasync)); }

static int truncate_file(int fd, off_t length) {
    char path[PATH_MAX];
    int saved = errno;
    if (!path_of(fd, path)) { errno = saved; return NEXT(ftruncate64)(fd, length); }
    if (fails(WRITES)) return -1;
    int done = NEXT(ftruncate64)(fd, length);
    if (done == 0) record('t', path, (uint64_t)length, "", 0);
    return done;
}
int ftruncate(int fd, off_t length) { return truncate_file(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncate_file(fd, length); }

static int open_at(int dir, const char *path, int flags, mode_t mode) {
    char full[PATH_MAX];
    int saved = errno, is_watched = (flags & O_CREAT) && absolute(dir, path, full);
    errno = saved;
    if (is_watched && fails(WRITES)) return -1;
    struct stat status;
    int existed = is_watched && stat(full, &status) == 0;
    errno = saved;
    int fd = (int)syscall(SYS_openat, dir, path, flags, mode);
    if (fd >= 0 && is_watched) {
        if (!existed) record('c', full, 0, "", 0);
        else if (flags & O_TRUNC) record('t', full, 0, "", 0);
    }
    return fd;
}
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0; va_end(rest); \
        return open_at(AT_FDCWD, path, flags, mode); }
OPEN(open)
OPEN(open64)
#define OPENAT(name) \
    int name(int dir, const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0; va_end(rest); \
        return open_at(dir, path, flags, mode); }
OPENAT(openat)
OPENAT(openat64)

static int rename_at(int from_dir, const char *from, int to_dir, const char *to) {
    char source[PATH_MAX], target[PATH_MAX];
    int is_watched = absolute(from_dir, from, source) + absolute(to_dir, to, target) == 2;
    if (is_watched && fails(WRITES)) return -1;
    int done = (int)syscall(SYS_renameat, from_dir, from, to_dir, to);
    if (done == 0 && is_watched) record('r', source, 0, target, strlen(target));
    return done;
}
int rename(const char *from, const char *to) { return rename_at(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int from_dir, const char *from, int to_dir, const char *to) { return rename_at(from_dir, from, to_dir, to); }

static int remove_at(int dir, const char *path, int flags) {
    char full[PATH_MAX];
    int is_watched = absolute(dir, path, full);
    if (is_watched && fails(WRITES)) return -1;
    int done = (int)syscall(SYS_unlinkat, dir, path, flags);
    if (done == 0 && is_watched) record('u', full, 0, "", 0);
    return done;
}
int unlink(const char *path) { return remove_at(AT_FDCWD, path, 0); }
int unlinkat(int dir, const char *path, int flags) { return remove_at(dir, path, flags); }
int rmdir(const char *path) { return remove_at(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdir(const char *path, mode_t mode) {
    char full[PATH_MAX];
    int is_watched = absolute(AT_FDCWD, path, full);
    if (is_watched && fails(WRITES)) return -1;
    int done = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (done == 0 && is_watched) record('k', full, 0, "", 0);
    return done;
}
int link(const char *from, const char *to) {
    char source[PATH_MAX], target[PATH_MAX];
    int is_watched = absolute(AT_FDCWD, from, source) + absolute(AT_FDCWD, to, target) == 2;
    int done = (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (done == 0 && is_watched) record('l', source, 0, target, strlen(target));
    return done;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int done = (int)syscall(SYS_clock_gettime, clock, now);
    if (done == 0 && clock == CLOCK_REALTIME) now->tv_sec += clock_offset;
    return done;
}
