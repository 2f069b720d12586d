/**
 * @file
 * Functions that end the program: run in a process of their own, so that
 * what they say is caught and compared, and not left in the tests' output.
 */
#ifndef V4_TESTS_DYING_H
#define V4_TESTS_DYING_H

/** Run a function that ends the program; fail the test if it returns.
 *  @param      act     the function
 *  @param[out] status  its exit status, or 128 + the signal
 *  @return what it wrote to standard error; valid until the next call */
const char *last_words(void (*act)(void), int *status);

#endif
