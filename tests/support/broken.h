/**
 * @file
 * Copies of a tiny checkpoint to be edited, most often broken: they are
 * written to a folder of their own under build/, and removed at the end.
 */
#ifndef V4_TESTS_BROKEN_H
#define V4_TESTS_BROKEN_H

#include "model/checkpoint.h"

/** A copy in memory. Tensors are those of the original until edited. */
struct copy {
    char dir[128];          ///< the folder it is written to
    struct shards original; ///< whose bytes are used
    struct array *arrays;   ///< `(count)` to be edited freely
    int count;              ///< how many there are
    char *config;           ///< text of config.json
    struct arena arena;     ///< owns what was edited
};

/** Begin with an exact copy.
 *  @param[out] c     the copy; copy_end() it
 *  @param      name  of a tiny model */
void copy_begin(struct copy *c, const char *name);

/** A tensor of the copy, to change name, type or shape.
 *  @param c     the copy
 *  @param name  the tensor, which must be there
 *  @return the tensor */
struct array *copy_tensor(struct copy *c, const char *name);

/** Its bytes, to change them.
 *  @param c     the copy
 *  @param name  the tensor, which must be there
 *  @return its bytes, now the copy's own */
void *copy_bytes(struct copy *c, const char *name);

/** Leave a tensor out.
 *  @param c     the copy
 *  @param name  the tensor, which must be there */
void copy_remove(struct copy *c, const char *name);

/** Add a tensor of zeros.
 *  @param c      the copy
 *  @param name   its name
 *  @param dtype  its type
 *  @param rows   its rows
 *  @param cols   its columns
 *  @return its bytes */
void *copy_add(struct copy *c, const char *name, enum dtype dtype, int rows,
               int cols);

/** Write config.json and the tensors to the folder.
 *  @param c       the copy
 *  @param shards  how many files: 1, or more with an index: tensor i is
 *                 in model-N.safetensors, N = i mod shards + 1 */
void copy_write(struct copy *c, int shards);

/** The path of a file of the copy.
 *  @param[out] path  `(256)`
 *  @param      c     the copy
 *  @param      file  its name */
void copy_path(char path[256], const struct copy *c, const char *file);

/** Replace text in a file of the copy, which must hold it.
 *  @param c     the copy
 *  @param file  its name
 *  @param old   what is replaced where it first stands
 *  @param now   by what */
void copy_replace(const struct copy *c, const char *file, const char *old,
                  const char *now);

/** Remove the folder, forget the copy.
 *  @param c  the copy */
void copy_end(struct copy *c);

#endif
