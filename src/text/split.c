//> [split-includes] What splitting needs
#include "text/split.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

struct pattern {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

enum { JIT_STACK = 1 << 20, MOST_STEPS = 1 << 30, MOST_MESSAGE = 256 };
//< [split-includes]

//> [split-white] White space: not quite the same in two dialects
/* For PCRE2 \s contains U+180E, which is no white space since Unicode 6.3,
 * and not for those who made the tokenizer. So we say what it is. */
static const char white[] = "\\t-\\r\\x20\\x85\\xa0\\x{1680}"
                            "\\x{2000}-\\x{200a}\\x{2028}\\x{2029}"
                            "\\x{202f}\\x{205f}\\x{3000}";

enum { LONGEST = sizeof white + 3 }; /* of what stands for two characters */
//< [split-white]

//> [split-dialect] \s and \S become classes
static void translate(char *out, const char *pattern)
{
    bool in_class = false;
    for (const char *p = pattern; *p; p++) {
        bool escape = *p == '\\' && p[1];
        if (escape && p[1] == 's' && in_class) {
            out = stpcpy(out, white);
            p++;
        } else if (escape && (p[1] == 's' || (p[1] == 'S' && !in_class))) {
            out = stpcpy(out, p[1] == 's' ? "[" : "[^");
            out = stpcpy(stpcpy(out, white), "]");
            p++;
        } else {
            *out++ = *p;
            if (*p == '[' || *p == ']')
                in_class = *p == '[';
            if (escape)
                *out++ = *++p;
        }
    }
    *out = '\0';
}
//< [split-dialect]

//> [split-compile] Compile an expression, twice if possible
/* To PCRE2's own code, and from that to the machine's. */
static bool compile(struct pattern *p, const char *text, struct error *err)
{
    int wrong;
    PCRE2_SIZE at;
    PCRE2_UCHAR why[MOST_MESSAGE];
    p->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
                            PCRE2_UTF | PCRE2_UCP, &wrong, &at, NULL);
    if (!p->code) {
        pcre2_get_error_message(wrong, why, sizeof why);
        return fail(err, "regular expression: %s, at byte %zu of %s", why,
                    at, text);
    }
    pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
    p->match = need(pcre2_match_data_create(1, NULL));
    p->context = need(pcre2_match_context_create(NULL));
    p->stack = pcre2_jit_stack_create(JIT_STACK / 32, JIT_STACK, NULL);
    pcre2_jit_stack_assign(p->context, NULL, p->stack);
    pcre2_set_match_limit(p->context, MOST_STEPS);
    return true;
}
//< [split-compile]

//> [split-add] One more expression
bool splitter_add(struct splitter *s, const char *pattern,
                  struct error *err)
{
    if (s->n == MOST_PATTERNS)
        return fail(err, "found more than %d expressions", MOST_PATTERNS);
    struct pattern *p = need(calloc(1, sizeof *p));
    char *text = need(malloc((strlen(pattern) + 1) * LONGEST));
    s->sources[s->n] = need(strdup(pattern));
    s->patterns[s->n++] = p;
    translate(text, pattern);
    bool ok = compile(p, text, err);
    free(text);
    return ok;
}
//< [split-add]

//> [split-free] And away with them
void splitter_free(struct splitter *s)
{
    for (int i = 0; i < s->n; i++) {
        pcre2_code_free(s->patterns[i]->code);
        pcre2_match_data_free(s->patterns[i]->match);
        pcre2_match_context_free(s->patterns[i]->context);
        pcre2_jit_stack_free(s->patterns[i]->stack);
        free(s->patterns[i]);
        free(s->sources[i]);
    }
    s->n = 0;
}
//< [split-free]

//> [split-piece] Mark the matches within one piece
static bool cut_piece(char *begins, const struct pattern *p,
                      const char *text, size_t size, struct error *err)
{
    PCRE2_SIZE *match = pcre2_get_ovector_pointer(p->match);
    PCRE2_UCHAR why[MOST_MESSAGE];
    size_t at = 0;
    int found = 0;
    while (at < size && found >= 0) {
        found = pcre2_match(p->code, (PCRE2_SPTR)text, size, at,
                            PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY, p->match,
                            p->context);
        if (found < 0)
            break;
        begins[match[0]] = 1;
        if (match[1] < size)
            begins[match[1]] = 1;
        at = match[1];
    }
    if (found >= 0 || found == PCRE2_ERROR_NOMATCH)
        return true;
    pcre2_get_error_message(found, why, sizeof why);
    return fail(err, "splitting %zu bytes: %s", size, why);
}
//< [split-piece]

//> [split-all] All pieces there are now
size_t piece_end(const char *begins, size_t at, size_t size)
{
    const char *next = memchr(begins + at + 1, 1, size - at - 1);
    return next ? (size_t)(next - begins) : size;
}

static bool cut_all(char *begins, const struct pattern *p, const char *text,
                    size_t size, struct error *err)
{
    for (size_t at = 0, end; at < size; at = end) {
        end = piece_end(begins, at, size);
        if (utf8_read(NULL, text + at, end - at) > 0
            && !cut_piece(begins + at, p, text + at, end - at, err))
            return false;
    }
    return true;
}
//< [split-all]

//> [split-cut] First what is no text, then each expression
/* Mark the runs of UTF-8 and of what is none. */
static void cut_invalid(char *begins, const char *text, size_t size)
{
    bool was_valid = true;
    for (size_t at = 0; at < size;) {
        size_t n = utf8_read(NULL, text + at, size - at);
        bool valid = n > 0;
        if (at == 0 || valid != was_valid)
            begins[at] = 1;
        was_valid = valid;
        at += valid ? n : 1;
    }
}

bool splitter_cut(char *begins, const struct splitter *s, const char *text,
                  size_t size, struct error *err)
{
    memset(begins, 0, size);
    cut_invalid(begins, text, size);
    for (int i = 0; i < s->n; i++)
        if (!cut_all(begins, s->patterns[i], text, size, err))
            return false;
    return true;
}
//< [split-cut]
