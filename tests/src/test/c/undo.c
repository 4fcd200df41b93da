// Remembers what a program overwrites below UNDO_FOLDER, until it is forced to the disk: what a disk may forget.
//
// Loaded by LD_PRELOAD in tests. Each write is preceded by a record in the file UNDO_LOG: how large the file was, and
// what stood there. A file that is forced gets a record that says so, unless UNDO_LIES is set: then the disk only
// pretends, like one with a cache and no battery. Who undoes the records backwards, until a file's last force, has
// what a power cut may leave.
//
// Records: kind ('W' or 'F'), name length and name, and for 'W' offset, file size, old length and old bytes; numbers
// are 64 bits, as the machine has them.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int out = -1;

#define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

// Says whether the file is one to be remembered, and finds its name.
static int concerns(int fd, char *name, size_t room) {
    const char *folder = getenv("UNDO_FOLDER");
    char link[64];
    if (!folder || fd == out) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, room - 1);
    if (length <= 0) return 0;
    name[length] = 0;
    // the index of the log is made anew by whoever opens the store
    return strncmp(name, folder, strlen(folder)) == 0 && strstr(name, "/muster.db") && !strstr(name, "-shm");
}

static void put(const void *bytes, size_t length) {
    const char *from = bytes;
    while (length > 0) {
        ssize_t done = syscall(SYS_write, out, from, length);
        if (done <= 0) abort(); // a test whose notes are incomplete says nothing
        from += done;
        length -= done;
    }
}

static void number(int64_t value) {
    put(&value, sizeof value);
}

static void begin(char kind, const char *name) {
    if (out < 0) {
        out = open(getenv("UNDO_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (out < 0) abort();
    }
    put(&kind, 1);
    number(strlen(name));
    put(name, strlen(name));
}

// Remembers what is about to be lost between two offsets.
static void remember(int fd, int64_t from, int64_t to) {
    char name[4096];
    struct stat file;
    if (!concerns(fd, name, sizeof name) || fstat(fd, &file) != 0) return;
    int64_t end = to < file.st_size ? to : file.st_size;
    int64_t old = end > from ? end - from : 0;
    char *bytes = malloc(old + 1);
    if (!bytes || (old > 0 && pread(fd, bytes, old, from) != old)) abort();
    begin('W', name);
    number(from);
    number(file.st_size);
    number(old);
    put(bytes, old);
    free(bytes);
}

static void forced(int fd, int result) {
    char name[4096];
    if (result == 0 && !getenv("UNDO_LIES") && concerns(fd, name, sizeof name)) begin('F', name);
}

#define LOCKED(expression)            \
    pthread_mutex_lock(&mutex);       \
    expression;                       \
    pthread_mutex_unlock(&mutex)

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    LOCKED(remember(fd, offset, offset + (int64_t) count); ssize_t done = NEXT(pwrite64)(fd, bytes, count, offset));
    return done;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    off64_t at = lseek64(fd, 0, SEEK_CUR);
    if (at < 0) return syscall(SYS_write, fd, bytes, count); // a pipe or a socket may block
    LOCKED(remember(fd, at, at + (int64_t) count); ssize_t done = syscall(SYS_write, fd, bytes, count));
    return done;
}

int ftruncate64(int fd, off64_t length) {
    LOCKED(remember(fd, length, INT64_MAX); int result = NEXT(ftruncate64)(fd, length));
    return result;
}

int fsync(int fd) {
    LOCKED(int result = NEXT(fsync)(fd); forced(fd, result));
    return result;
}

int fdatasync(int fd) {
    LOCKED(int result = NEXT(fdatasync)(fd); forced(fd, result));
    return result;
}
