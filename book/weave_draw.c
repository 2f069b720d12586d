/* Diagrams: book/diagrams/NAME.txt becomes SVG in the page.  README.md tells
 * what may stand in such a file.
 *
 * A drawing is 360 units wide, so that on a phone a unit is a pixel. It has
 * no colours of its own: book.css gives them to its classes. What an arrow
 * carries is a name of the trace, and must be one in the source. */
#include "weave.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BOXES = 100, MAX_POINTS = 12 };

struct box {
    char *name;
    double x, y, w, h;
};

struct drawing {
    struct book *b;
    const struct text *t;
    const struct chapter *c;    /* whose part is lit, or NULL */
    FILE *out;
    struct box boxes[MAX_BOXES];
    int n_boxes, line;
    bool lit;                   /* what follows is this chapter's part */
};

static void wrong(struct drawing *d, const char *what, const char *which)
{
    complain(d->b, d->t->path, d->line, "%s: %s", what, which);
}

/* ---- what stands in a drawing --------------------------------------- */

/* Is this a name of the trace? Its last part is a string of the model. */
static bool is_traced(const struct book *b, const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *all = format("\"%s\"", name);
    const char *last = format("\"%s\"", dot ? dot + 1 : name);
    for (int s = 0; s < b->n_src; s++) {
        const struct text *t = &b->src[s];
        if (!strstr(t->path, "/attention/") && !strstr(t->path, "/moe/")
            && !strstr(t->path, "/model/"))
            continue;
        for (int i = 0; i < t->n; i++)
            if (strstr(t->line[i], all) || strstr(t->line[i], last))
                return true;
    }
    return false;
}

/* A label: `code` in the font of code, m_i with its index below. */
static void write_label(struct drawing *d, const char *s, bool traced)
{
    for (const char *p = s; *p;) {
        const char *end = *p == '`' ? strchr(p + 1, '`') : NULL;
        if (end) {
            char *name = format("%.*s", (int)(end - p) - 1, p + 1);
            if (traced && !is_traced(d->b, name))
                wrong(d, "no such name in the trace", name);
            fprintf(d->out, "<tspan class=\"mono\">%s</tspan>", escape(name));
            p = end + 1;
        } else {
            const size_t n = strcspn(p + 1, "`") + 1;
            write_escaped(d->out, format("%.*s", (int)n, p));
            p += n;
        }
    }
}

/* Cut " -> fragment" off a label; open the link, if there is one. */
static bool open_link(struct drawing *d, char *label)
{
    char *arrow = strstr(label, " -> ");
    if (!arrow)
        return false;
    *arrow = '\0';
    const int i = find_fragment(d->b, arrow + 4);
    if (i < 0) {
        wrong(d, "no such fragment", arrow + 4);
        return false;
    }
    const struct fragment *f = &d->b->frags[i];
    fprintf(d->out, "<a href=\"%s.html#frag-%s\"><title>%s</title>",
            f->chapter < 0 ? "" : d->b->chapters[f->chapter].id, f->name,
            escape(f->title));
    return true;
}

static void text_at(struct drawing *d, double x, double y, const char *style,
                    const char *s, bool traced)
{
    fprintf(d->out, "<text class=\"%s\" x=\"%g\" y=\"%g\">", style, x, y);
    write_label(d, s, traced);
    fputs("</text>", d->out);
}

/* box NAME X Y W H STYLE : label | second line -> fragment */
static void draw_box(struct drawing *d, char *s, char *label)
{
    char name[40], style[60] = "";
    struct box box = {0};
    if (sscanf(s, "box %39s %lf %lf %lf %lf %59[a-z ]", name, &box.x, &box.y,
               &box.w, &box.h, style) < 5 || d->n_boxes == MAX_BOXES) {
        wrong(d, "box NAME X Y W H [STYLE] : LABEL is expected", s);
        return;
    }
    box.name = format("%s", name);
    d->boxes[d->n_boxes++] = box;
    const bool link = open_link(d, label);
    fprintf(d->out, "<g class=\"%s%s\"><rect x=\"%g\" y=\"%g\" width=\"%g\" "
            "height=\"%g\" rx=\"3\"/>", style, d->lit ? " lit" : "", box.x,
            box.y, box.w, box.h);
    int lines = 1, k = 0;
    for (const char *p = label; (p = strchr(p, '|')); p++)
        lines++;
    const bool top = strstr(style, "frame") != NULL;
    for (char *rest = NULL, *p = strtok_r(label, "|", &rest); p;
         p = strtok_r(NULL, "|", &rest), k++) {
        p += strspn(p, " ");
        while (*p && p[strlen(p) - 1] == ' ')
            p[strlen(p) - 1] = '\0';
        if (top)
            text_at(d, box.x + 6, box.y + 14 + 13 * k, "start", p, false);
        else
            text_at(d, box.x + box.w / 2,
                    box.y + box.h / 2 + 4 + 13 * (k - (lines - 1) / 2.0),
                    k ? "small" : "main", p, false);
    }
    fprintf(d->out, "</g>%s", link ? "</a>" : "");
}

/* "12,30", or the middle of a side of a box, moved along it: "attend.t-20" */
static bool point(struct drawing *d, const char *s, double *x, double *y)
{
    if (sscanf(s, "%lf,%lf", x, y) == 2)
        return true;
    const size_t len = strcspn(s, ".");
    for (int i = 0; i < d->n_boxes; i++) {
        const struct box *b = &d->boxes[i];
        if (strlen(b->name) != len || strncmp(b->name, s, len) || !s[len])
            continue;
        const char side = s[len + 1];
        const double by = side ? atof(s + len + 2) : 0;
        *x = side == 'l' ? b->x : side == 'r' ? b->x + b->w
                                              : b->x + b->w / 2 + by;
        *y = side == 't' ? b->y : side == 'b' ? b->y + b->h
                                              : b->y + b->h / 2 + by;
        return side && strchr("lrtb", side);
    }
    return false;
}

static void head(struct drawing *d, double x0, double y0, double x, double y)
{
    const double len = hypot(x - x0, y - y0), size = 5;
    const double u = len > 0 ? (x - x0) / len * size : 0;
    const double v = len > 0 ? (y - y0) / len * size : 0;
    fprintf(d->out, "<path class=\"head\" d=\"M%.1f %.1fL%.1f %.1fL%.1f %.1fz"
            "\"/>", x, y, x - u - v * .6, y - v + u * .6, x - u + v * .6,
            y - v - u * .6);
}

/* Beside the longest piece: above it, or to its right. */
static void beside(struct drawing *d, const double *x, const double *y, int n,
                   const char *label)
{
    int best = 1;
    for (int i = 2; i < n; i++)
        if (hypot(x[i] - x[i - 1], y[i] - y[i - 1])
            > hypot(x[best] - x[best - 1], y[best] - y[best - 1]) + .5)
            best = i;
    const double mx = (x[best] + x[best - 1]) / 2;
    const double my = (y[best] + y[best - 1]) / 2;
    if (fabs(x[best] - x[best - 1]) > fabs(y[best] - y[best - 1]))
        text_at(d, mx, my - 4, "label", label, true);
    else
        text_at(d, mx + 5, my + 4, "label start", label, true);
}

/* arrow|line STYLE POINT POINT … : label -> fragment */
static void draw_path(struct drawing *d, char *s, char *label)
{
    double x[MAX_POINTS], y[MAX_POINTS];
    const bool arrow = starts_with(s, "arrow");
    const char *style = "";
    int n = 0;
    for (char *rest = NULL, *p = strtok_r(s + (arrow ? 5 : 4), " ", &rest); p;
         p = strtok_r(NULL, " ", &rest)) {
        if (!n && !strpbrk(p, ".,"))
            style = p;
        else if (n == MAX_POINTS || !point(d, p, &x[n], &y[n]))
            wrong(d, "no such point", p);
        else
            n++;
    }
    if (n < 2) {
        wrong(d, "two points are needed", s);
        return;
    }
    const bool link = open_link(d, label);
    fprintf(d->out, "<g class=\"arrow %s%s\"><path class=\"way\" d=\"", style,
            d->lit ? " lit" : "");
    for (int i = 0; i < n; i++)
        fprintf(d->out, "%c%g %g", i ? 'L' : 'M', x[i], y[i]);
    fputs("\"/>", d->out);
    if (arrow)
        head(d, x[n - 2], y[n - 2], x[n - 1], y[n - 1]);
    if (!is_blank(label))
        beside(d, x, y, n, label);
    fprintf(d->out, "</g>%s", link ? "</a>" : "");
}

/* text X Y STYLE : words */
static void draw_text(struct drawing *d, const char *s, char *label)
{
    double x, y;
    char style[60] = "start";
    if (sscanf(s, "text %lf %lf %59[a-z ]", &x, &y, style) < 2) {
        wrong(d, "text X Y [STYLE] : WORDS is expected", s);
        return;
    }
    const bool link = open_link(d, label);
    text_at(d, x, y, style, label, strstr(style, "traced") != NULL);
    if (link)
        fputs("</a>", d->out);
}

/* part 15 18: what follows is theirs */
static void set_part(struct drawing *d, const char *s)
{
    d->lit = false;
    for (const char *p = s + 4; *p;) {
        char *end;
        const long number = strtol(p, &end, 10);
        d->lit |= end != p && d->c && number == d->c->number;
        p = end == p ? p + 1 : end;
    }
}

/* ---- a whole drawing ------------------------------------------------- */

static void draw_line(struct drawing *d, char *s)
{
    char *colon = strstr(s, " : "), *label = format("%s", "");
    if (starts_with(s, "part")) {
        set_part(d, s);
        return;
    }
    if (colon) {
        label = format("%s", colon + 3);
        *colon = '\0';
    } else if (strlen(s) > 2 && !strcmp(s + strlen(s) - 2, " :")) {
        s[strlen(s) - 2] = '\0';
    }
    if (starts_with(s, "box "))
        draw_box(d, s, label);
    else if (starts_with(s, "arrow ") || starts_with(s, "line "))
        draw_path(d, s, label);
    else if (starts_with(s, "text "))
        draw_text(d, s, label);
    else
        wrong(d, "box, arrow, line, text, part or size is expected", s);
}

/* The drawing as SVG; NULL, and a complaint, if there is none. */
char *diagram_svg(struct book *b, const struct chapter *c, const char *name,
                  int line, bool lit)
{
    struct text t;
    char *svg, *title = "";
    size_t size;
    double width = 360, height = 0;
    if (!read_text(b, &t, format("book/diagrams/%s.txt", name))) {
        complain(b, c->text.path, line, "no book/diagrams/%s.txt", name);
        return NULL;
    }
    struct drawing d = {.b = b, .t = &t, .c = lit ? c : NULL};
    d.out = open_text(&svg, &size);
    for (d.line = 0; d.line < t.n; d.line++) {
        char *s = format("%s", t.line[d.line]);
        if (starts_with(s, "# "))
            title = s + 2;
        else if (starts_with(s, "size "))
            sscanf(s, "size %lf %lf", &width, &height);
        else if (!is_blank(s) && *s != '#')
            draw_line(&d, s);
    }
    fclose(d.out);
    if (is_blank(title) || height <= 0)
        complain(b, t.path, 0, "\"# Title\" and \"size W H\" are needed");
    return format("<svg viewBox=\"0 0 %g %g\" role=\"group\" aria-label=\"%s"
                  "\">%s</svg>", width, height, escape(title), svg);
}

/* Does this drawing have a part of that chapter? */
bool diagram_has(struct book *b, const char *name, int number)
{
    struct text t;
    struct chapter c = {.number = number};
    struct drawing d = {.b = b, .c = &c};
    if (!read_text(b, &t, format("book/diagrams/%s.txt", name)))
        return false;
    bool any = false;
    for (int i = 0; i < t.n; i++)
        if (starts_with(t.line[i], "part")) {
            set_part(&d, t.line[i]);
            any |= d.lit;
        }
    return any;
}
