//> [chat-parts] Between the files of a conversation
/**
 * @file
 * What the files of the chat format share. Told in chapter 3.
 */
#ifndef V4_TEXT_CHAT_PARTS_H
#define V4_TEXT_CHAT_PARTS_H

#include "text/chat.h"

/** What stands before the schemas of the tools. */
extern const char chat_tools_before[];
/** And after them. */
extern const char chat_tools_after[];

/** Put the answers of tools into the order of the calls.
 *  @param chat   the conversation
 *  @param arena  scratch */
void chat_sort(struct chat *chat, struct arena *arena);

/** Whether any message brings tools.
 *  @param chat  the conversation
 *  @return yes or no */
bool chat_has_tools(const struct chat *chat);

/** Drop what goes with the reasoning of earlier turns.
 *  @param chat  the conversation */
void chat_drop(struct chat *chat);
//< [chat-parts]

//> [chat-parts-tags] Tags of tool calls
#define CHAT_CALLS "\n\n<" CHAT_DSML "tool_calls" ///< begins the calls
#define CHAT_CALLS_END "</" CHAT_DSML "tool_calls>" ///< ends them
#define CHAT_INVOKE "<" CHAT_DSML "invoke" ///< begins a call
#define CHAT_INVOKE_END "</" CHAT_DSML "invoke" ///< ends it
#define CHAT_PARAMETER "<" CHAT_DSML "parameter" ///< begins an argument
#define CHAT_PARAMETER_END "/" CHAT_DSML "parameter" ///< ends it
#endif
//< [chat-parts-tags]
