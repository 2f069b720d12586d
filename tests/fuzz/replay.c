/* Give the files that are named to a fuzz target, one after the other: for
 * counting which lines of a reader they reach. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int n, char **paths)
{
    enum { MOST = 1 << 20 };
    uint8_t *data = malloc(MOST);
    for (int i = 1; data && i < n; i++) {
        FILE *in = fopen(paths[i], "rb");
        if (!in)
            return 1;
        size_t size = fread(data, 1, MOST, in);
        fclose(in);
        LLVMFuzzerTestOneInput(data, size);
    }
    free(data);
    return 0;
}
