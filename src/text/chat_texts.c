//> [chat-texts-includes] Texts that the model was trained on
/* Letter by letter those of the released code: they are part of the format,
 * not ours. */
#include "text/chat_parts.h"

#include <string.h>
//< [chat-texts-includes]

//> [chat-texts-tools] data: How the model is told about tools
const char chat_tools_before[] =
    "## Tools\n\n"
    "You have access to a set of tools to help answer the user's "
    "question. You can invoke tools by writing a "
    "\"<" CHAT_DSML "tool_calls>\" block like the following:\n\n"
    "<" CHAT_DSML "tool_calls>\n"
    "<" CHAT_DSML "invoke name=\"$TOOL_NAME\">\n"
    "<" CHAT_DSML "parameter name=\"$PARAMETER_NAME\" "
    "string=\"true|false\">$PARAMETER_VALUE</" CHAT_DSML "parameter>\n"
    "...\n"
    "</" CHAT_DSML "invoke>\n"
    "<" CHAT_DSML "invoke name=\"$TOOL_NAME2\">\n"
    "...\n"
    "</" CHAT_DSML "invoke>\n"
    "</" CHAT_DSML "tool_calls>\n\n"
    "String parameters should be specified as is and set "
    "`string=\"true\"`. For all other types (numbers, booleans, "
    "arrays, objects), pass the value in JSON format and set "
    "`string=\"false\"`.\n\n"
    "If thinking_mode is enabled (triggered by " CHAT_THINK "), you MUST "
    "output your complete reasoning inside " CHAT_THINK "..." CHAT_THOUGHT " "
    "BEFORE any tool calls or final response.\n\n"
    "Otherwise, output directly after " CHAT_THOUGHT " with tool calls or "
    "final response.\n\n"
    "### Available Tool Schemas\n\n";

const char chat_tools_after[] =
    "\n"
    "You MUST strictly follow the above defined tool name and "
    "parameter schemas to invoke tool calls.\n";
//< [chat-texts-tools]

//> [chat-texts-effort] data: How it is asked for more effort
/* "max" of the preview, "high" of 0731. */
#define ABSOLUTE_MAXIMUM \
    "Reasoning Effort: Absolute maximum with no shortcuts " \
    "permitted.\n" \
    "You MUST be very thorough in your thinking and " \
    "comprehensively decompose the problem to resolve the root " \
    "cause, rigorously stress-testing your logic against all " \
    "potential paths, edge cases, and adversarial scenarios.\n" \
    "Explicitly write out your entire deliberation process, " \
    "documenting every intermediate step, considered alternative, " \
    "and rejected hypothesis to ensure absolutely no assumption is " \
    "left unchecked.\n\n"

#define BEYOND_MAXIMUM \
    "Reasoning Effort: Beyond maximum — exhaustive, relentless, " \
    "and uncompromising.\n" \
    "You MUST reason with the utmost depth and rigor, leaving " \
    "absolutely nothing to chance: exhaustively decompose the " \
    "problem into its most fundamental components, trace every " \
    "causal chain to its root, and resolve the underlying cause " \
    "rather than any surface symptom.\n" \
    "Do not stop reasoning until you have independently verified " \
    "the solution from multiple angles and are certain that no " \
    "assumption remains unchecked and no error remains " \
    "undiscovered.\n\n"
//< [chat-texts-effort]

//> [chat-texts-releases] Which release asks how
static const struct {
    const char *name;     /* of the release */
    const char *standard; /* its effort when none is asked for */
    const char *low, *high, *max;
} releases[N_RELEASES] = {
    { "preview", "high", NULL, "", ABSOLUTE_MAXIMUM },
    { "0731", "low", "", ABSOLUTE_MAXIMUM, BEYOND_MAXIMUM },
};

const char *chat_effort(enum release release, const char *name)
{
    if (!name)
        name = releases[release].standard;
    if (strcmp(name, "low") == 0)
        return releases[release].low;
    if (strcmp(name, "high") == 0)
        return releases[release].high;
    return strcmp(name, "max") == 0 ? releases[release].max : NULL;
}
//< [chat-texts-releases]

//> [chat-texts-release] Releases by their names
bool chat_release(enum release *release, const char *name,
                  struct error *err)
{
    for (int i = 0; i < N_RELEASES; i++)
        if (strcmp(releases[i].name, name) == 0) {
            *release = (enum release)i;
            return true;
        }
    return fail(err, "found release \"%.100s\", expected preview or 0731",
                name);
}
//< [chat-texts-release]
