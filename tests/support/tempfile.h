/**
 * @file
 * Files and folders that a test makes and removes.
 */
#ifndef V4_TESTS_TEMPFILE_H
#define V4_TESTS_TEMPFILE_H

#include <stdbool.h>
#include <stddef.h>

/** A path in /tmp that belongs to this test's process.
 *  @param[out] path    `(128)` "/tmp/v4-test-PID-SUFFIX"
 *  @param      suffix  e.g. "a.json" */
void temp_path(char path[128], const char *suffix);

/** Write a file, or fail the test.
 *  @param path  where to
 *  @param data  `(size)` bytes
 *  @param size  how many */
void write_bytes(const char *path, const void *data, size_t size);

/** Read a whole file, or fail the test.
 *  @param      path  where from
 *  @param[out] size  how many bytes; may be NULL
 *  @return `(size + 1)` bytes, the last one a NUL; free() them */
char *read_bytes(const char *path, size_t *size);

/** Does something of this name exist?
 *  @param path  the name
 *  @return whether it does */
bool file_exists(const char *path);

/** An empty folder of this test's process, below build/.
 *  @return its path; remove_folder() it */
const char *make_folder(void);

/** Is there nothing in a folder?
 *  @param path  the folder
 *  @return whether it is empty */
bool is_empty_folder(const char *path);

/** Remove a folder and all that is in it, folders too.
 *  @param path  the folder */
void remove_folder(const char *path);

/** Fail the test unless the message is "PATH: " and then `rest`.
 *  @param message  what was said
 *  @param path     the file it must name
 *  @param rest     what must follow */
void assert_message(const char *message, const char *path,
                    const char *rest);

#endif
