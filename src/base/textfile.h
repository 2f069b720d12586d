//> [textfile-header] The one reader of text files
/**
 * @file
 * Every text file is read here, whole: configurations, indices, prompts,
 * lists of ids, tables. A file is absent, or unreadable, or of the wrong
 * kind, or too long, and each is said in its own words. Told in chapter 90.
 *
 * Things that are not obvious:
 * - a file of a checkpoint is a file: a pipe, a device or a folder by its
 *   name is refused before it is read, so it cannot make us wait;
 * - what a user names may be a pipe, and then we wait as everybody does;
 *   the limit ends what would not end by itself, like /dev/zero;
 * - a text may contain the byte 0: the size counts, the NUL behind the
 *   text is a convenience.
 */
#ifndef V4_BASE_TEXTFILE_H
#define V4_BASE_TEXTFILE_H

#include "base/arena.h"
#include "base/error.h"

/** @defgroup ch_textfile 90 · Text files
 *  Prose: chapter 90, plumbing.
 *  @{ */
//< [textfile-header]

//> [textfile-kind] What may stand behind the name
/** What may be read under a name. */
enum text_source {
    ONLY_A_FILE,   ///< a regular file
    FILE_OR_STREAM ///< also a pipe, a terminal, a device
};
//< [textfile-kind]

//> [textfile-open-api] Open a file, and see that it is one
/** Open a file to read it.
 *  @param[out] size    bytes; 0 for a stream
 *  @param      path    the file
 *  @param      source  what may stand there
 *  @param[out] err     why it cannot be had, without its name
 *  @return a descriptor to be closed; -1 if it cannot be had */
int file_open(size_t *size, const char *path, enum text_source source,
              struct error *err);
//< [textfile-open-api]

//> [textfile-api] Read it, or say why not
/** Read a whole text file.
 *  @param[out] size    bytes
 *  @param      path    the file
 *  @param      most    the most bytes it may have
 *  @param      source  what may stand there
 *  @param      arena   owns the text
 *  @param[out] err     "PATH: " and why it cannot be had
 *  @return `(size + 1)` bytes, the last one a NUL; or NULL */
char *text_read(size_t *size, const char *path, size_t most,
                enum text_source source, struct arena *arena,
                struct error *err);

/** Read what is open already, such as standard input, to its end.
 *  @param[out] size   bytes
 *  @param      fd     an open file
 *  @param      name   what the message calls it
 *  @param      most   the most bytes it may have
 *  @param      arena  owns the text
 *  @param[out] err    "NAME: " and why it cannot be had
 *  @return `(size + 1)` bytes, the last one a NUL; or NULL */
char *text_read_open(size_t *size, int fd, const char *name, size_t most,
                     struct arena *arena, struct error *err);
//< [textfile-api]

//> [textfile-api-paths] Names of files
/** Is there nothing of this name? What is there and cannot be read, a link
 *  to nothing too, is not absent: reading it will say why.
 *  @param path  the name
 *  @return whether there is nothing */
bool path_absent(const char *path);

/** A file in a folder.
 *  @param dir    the folder
 *  @param name   the file's name
 *  @param arena  owns the path
 *  @return "DIR/NAME", however long that is */
char *path_in(const char *dir, const char *name, struct arena *arena);
/** @} */
#endif
//< [textfile-api-paths]
