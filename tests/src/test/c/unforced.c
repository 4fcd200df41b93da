// Fails to force the store of a server while the file UNFORCED exists: what a dying disk says. Writes and reads go on,
// as they do with the system's cache above such a disk.
//
// Loaded by LD_PRELOAD in tests.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

static int fails(int fd) {
    const char *flag = getenv("UNFORCED");
    char link[64];
    char name[4096];
    if (!flag || access(flag, F_OK) != 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length <= 0) return 0;
    name[length] = 0;
    return strstr(name, "/muster.db") != NULL;
}

int fsync(int fd) {
    if (!fails(fd)) return NEXT(fsync)(fd);
    errno = EIO;
    return -1;
}

int fdatasync(int fd) {
    if (!fails(fd)) return NEXT(fdatasync)(fd);
    errno = EIO;
    return -1;
}
