//> [shards-header] The files of a checkpoint, as one set of names
/**
 * @file
 * A checkpoint is one safetensors file, or several with an index that says
 * which tensor is in which. Here they become one sorted list of arrays.
 * Told in chapter 30.
 */
#ifndef V4_MODEL_SHARDS_H
#define V4_MODEL_SHARDS_H

#include "base/arena.h"
#include "base/array.h"

/** @defgroup ch_shards 30 · Shards
 *  Prose: chapter 30.
 *  @{ */
//< [shards-header]

//> [shards-faults-api] Everything that is wrong, in lines
/** Everything that is wrong, one line each. */
struct faults {
    struct arena arena; ///< owns the lines
    char **lines;       ///< `(count)`
    int count;          ///< how many
    int room;           ///< lines allocated
};

/** Note a fault.
 *  @param f       the list
 *  @param format  as for printf: the file or tensor, what was found, what
 *                 was expected */
void fault(struct faults *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Forget all faults.
 *  @param f  the list */
void faults_free(struct faults *f);
//< [shards-faults-api]

//> [shards-struct] One list, whatever the number of files
/** A tensor of some file. */
struct shard_tensor {
    const struct array *array; ///< name, type, shape, bytes
    int file;                  ///< which file it is in
    bool used;                 ///< did the model ask for it?
};

/** All files of a checkpoint, open. Zero-initialize it. */
struct shards {
    struct array_file *files;     ///< `(n_files)`
    int n_files;                  ///< how many
    struct shard_tensor *tensors; ///< `(n_tensors)` sorted by name
    int n_tensors;                ///< how many
    struct arena arena;           ///< owns the lists
};
//< [shards-struct]

//> [shards-api] Open, find, close
/** Open the files of a checkpoint: `model.safetensors.index.json` and the
 *  shards it names, or `model.safetensors`.
 *  @param[out] s       the files; shards_close() them
 *  @param      dir     the checkpoint's directory
 *  @param      faults  gets a line for every missing or broken file, every
 *                      name that stands in two files, and every entry of
 *                      the index that is not where it should be */
void shards_open(struct shards *s, const char *dir, struct faults *faults);

/** Find a tensor.
 *  @param s     the files
 *  @param name  its name
 *  @return the tensor, or NULL */
struct shard_tensor *shards_find(const struct shards *s, const char *name);

/** Close all files.
 *  @param s  the files */
void shards_close(struct shards *s);
/** @} */
#endif
//< [shards-api]
