/**
 * @file
 * The readers open files by name; a fuzzer has bytes. A file in memory has
 * both.
 */
#ifndef V4_TESTS_MEMORY_FILE_H
#define V4_TESTS_MEMORY_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/** Put bytes into a file that lives in memory.
 *  @param[out] path  `(64)` its name in this process
 *  @param      data  `(size)` its bytes
 *  @param      size  how many
 *  @return its descriptor; close() it */
static inline int memory_file(char path[64], const uint8_t *data,
                              size_t size)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    if (fd < 0 || (size && write(fd, data, size) != (ssize_t)size))
        abort();
    snprintf(path, 64, "/proc/self/fd/%d", fd);
    return fd;
}

#endif
