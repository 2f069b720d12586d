/* The progress line: drawn on a terminal, absent from a pipe. */
#include "base/progress.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whatever the work writes to stderr, when stderr is `fd`. */
static void work_on(int fd)
{
    fflush(stderr);
    int old = dup(STDERR_FILENO);
    dup2(fd, STDERR_FILENO);
    struct progress p;
    progress_begin(&p, "prefill", 200, "tokens");
    progress_update(&p, 50);
    progress_update(&p, 51); /* too soon to be drawn */
    progress_end(&p);
    fflush(stderr);
    dup2(old, STDERR_FILENO);
    close(old);
}

Test(progress, silent_in_a_pipe)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    work_on(ends[1]);
    close(ends[1]);
    char text[8];
    cr_assert_eq(read(ends[0], text, sizeof text), 0);
}

Test(progress, one_line_on_a_terminal)
{
    int main_end = posix_openpt(O_RDWR | O_NOCTTY);
    if (main_end < 0)
        return; /* a machine without pseudo-terminals draws no line */
    cr_assert(grantpt(main_end) == 0 && unlockpt(main_end) == 0);
    int terminal = open(ptsname(main_end), O_RDWR | O_NOCTTY);
    cr_assert_geq(terminal, 0);
    work_on(terminal);

    close(terminal);
    char text[512];
    size_t n = 0;
    ssize_t more; /* the line may arrive in pieces; its end is an error */
    while ((more = read(main_end, text + n, sizeof text - 1 - n)) > 0)
        n += (size_t)more;
    cr_assert_gt(n, 4);
    text[n] = '\0';
    cr_assert(strstr(text, "\rprefill 50/200 tokens"), "%s", text);
    cr_assert(strstr(text, "s left"), "%s", text);
    cr_assert_not(strstr(text, "51/200"), "drawn too often");
    cr_assert_null(strchr(text, '\n'), "one line only");
    cr_assert(strcmp(text + n - 4, "\r\033[K") == 0, "erased at the end");
}

Test(progress, none_is_fine)
{
    struct progress zero = { 0 };
    progress_update(&zero, 1);
    progress_end(&zero);
    progress_update(NULL, 1);
    progress_end(NULL);
}
