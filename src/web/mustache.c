/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mustache: the compiler makes a flat list of operations, in which a section knows where it ends; the renderer
   walks it with a stack of contexts that lives on the C stack. */
#include "web/mustache.h"
#include <string.h>

enum { DELIMITER_SIZE = 16, DEPTH_LIMIT = 64 };

typedef enum { OP_TEXT, OP_VARIABLE, OP_RAW, OP_MESSAGE, OP_SECTION, OP_INVERTED, OP_PARTIAL } OpKind;

typedef struct {
  OpKind kind;
  gboolean line_start; /* first thing on its line: an indented partial writes its indentation before it */
  gboolean standalone; /* PARTIAL: alone on its line, so its indentation passes on to all of its lines */
  const char *text;    /* TEXT; the name; MESSAGE: the id */
  gsize length;        /* TEXT */
  const char **path;   /* the name split at its dots, ends with NULL; no parts for "." */
  const char *indent;  /* PARTIAL */
  guint end;           /* SECTION, INVERTED: the operation after the section */
} Op;

struct Mustache {
  Arena *arena;
  GArray *ops; /* Op */
};

/* A section that is not closed yet. */
typedef struct {
  guint op;
  const char *at; /* its tag in the source */
} Open;

/* The state of one compilation. */
typedef struct {
  Mustache *mustache;
  const char *source;
  const char *name;
  const char *at; /* nothing before it is still to be compiled */
  char open[DELIMITER_SIZE];
  char close[DELIMITER_SIZE];
  GArray *sections; /* Open: the sections that are open */
  GError **error;
} Parser;

/* One tag as found in the source. */
typedef struct {
  char sigil; /* one of "#^/!>=&{", or 0 */
  const char *open;
  const char *after;
  const char *line; /* start of the line when the tag stands alone on it, else NULL */
  char *content;    /* stripped; owned by the arena */
} Tag;

G_DEFINE_QUARK(mustache-error-quark, mustache_error)

static gboolean G_GNUC_PRINTF(3, 4) fail(Parser *p, const char *at, const char *format, ...) {
  guint line = 1;
  for (const char *s = p->source; s < at; s++)
    line += *s == '\n';
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *message = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(p->error, MUSTACHE_ERROR, 0, "%s:%u: %s", p->name, line, message);
  return FALSE;
}

static gboolean starts_line(const Parser *p, const char *at) {
  return at == p->source || at[-1] == '\n';
}

static Op *add(Parser *p, OpKind kind, const char *at) {
  g_array_append_val(p->mustache->ops, ((Op){ .kind = kind, .line_start = starts_line(p, at) }));
  return &g_array_index(p->mustache->ops, Op, p->mustache->ops->len - 1);
}

static void add_text(Parser *p, const char *from, const char *to) {
  if (to <= from)
    return;
  Op *op = add(p, OP_TEXT, from);
  op->length = (gsize)(to - from);
  op->text = arena_strndup(p->mustache->arena, from, op->length);
}

static const char **split(Arena *arena, const char *name) {
  if (!strcmp(name, "."))
    return arena_new_of(arena, const char *, 1);
  g_auto(GStrv) parts = g_strsplit(name, ".", -1);
  const guint count = g_strv_length(parts);
  const char **path = arena_new_of(arena, const char *, count + 1);
  for (guint i = 0; i < count; i++)
    path[i] = arena_strdup(arena, parts[i]);
  return path;
}

static gboolean set_delimiters(Parser *p, const Tag *tag) {
  g_auto(GStrv) words = g_strsplit_set(tag->content, " \t\r\n", -1);
  const char *found[2] = { NULL, NULL };
  guint count = 0;
  for (guint i = 0; words[i]; i++)
    if (*words[i] && count++ < 2)
      found[count - 1] = words[i];
  if (count != 2 || strlen(found[0]) >= DELIMITER_SIZE || strlen(found[1]) >= DELIMITER_SIZE)
    return fail(p, tag->open, "delimiters must be two short words");
  g_strlcpy(p->open, found[0], sizeof p->open);
  g_strlcpy(p->close, found[1], sizeof p->close);
  return TRUE;
}

static gboolean close_section(Parser *p, const Tag *tag) {
  if (!p->sections->len)
    return fail(p, tag->open, "section '%s' is closed but was not opened", tag->content);
  const guint index = g_array_index(p->sections, Open, p->sections->len - 1).op;
  Op *op = &g_array_index(p->mustache->ops, Op, index);
  if (strcmp(op->text, tag->content))
    return fail(p, tag->open, "section '%s' is closed where '%s' is open", tag->content, op->text);
  op->end = p->mustache->ops->len;
  g_array_set_size(p->sections, p->sections->len - 1);
  return TRUE;
}

static gboolean add_tag(Parser *p, const Tag *tag) {
  static const OpKind kinds[128] = {
    [0] = OP_VARIABLE, ['{'] = OP_RAW, ['&'] = OP_RAW, ['#'] = OP_SECTION, ['^'] = OP_INVERTED, ['>'] = OP_PARTIAL};
  if (tag->sigil == '!')
    return TRUE;
  if (tag->sigil == '=')
    return set_delimiters(p, tag);
  if (tag->sigil == '/')
    return close_section(p, tag);
  if (!*tag->content)
    return fail(p, tag->open, "a tag without a name");
  Arena *arena = p->mustache->arena;
  if (!tag->sigil && tag->content[0] == '_') {
    add(p, OP_MESSAGE, tag->open)->text = arena_strdup(arena, g_strchug(tag->content + 1));
    return TRUE;
  }
  Op *op = add(p, kinds[(guchar)tag->sigil], tag->open);
  op->text = tag->content;
  op->path = split(arena, tag->content);
  op->standalone = tag->line != NULL;
  if (op->standalone) {
    op->line_start = FALSE;
    op->indent = arena_strndup(arena, tag->line, (gsize)(tag->open - tag->line));
  }
  if (op->kind == OP_SECTION || op->kind == OP_INVERTED)
    g_array_append_val(p->sections, ((Open){ .op = p->mustache->ops->len - 1, .at = tag->open }));
  return TRUE;
}

static const char *skip_blanks(const char *at) {
  return at + strspn(at, " \t");
}

/* A tag alone on its line takes the line with it. */
static void find_line(const Parser *p, Tag *tag) {
  if (!tag->sigil || !strchr("#^/!>=", tag->sigil))
    return;
  const char *line = tag->open;
  while (line > p->source && (line[-1] == ' ' || line[-1] == '\t'))
    line--;
  const char *next = skip_blanks(tag->after);
  const gsize newline = g_str_has_prefix(next, "\r\n") ? 2 : *next == '\n' ? 1 : 0;
  if (!starts_line(p, line) || (*next && !newline))
    return;
  tag->line = line;
  tag->after = next + newline;
}

static gboolean parse_tag(Parser *p, const char *open) {
  const char *begin = open + strlen(p->open);
  Tag tag = { .open = open };
  if (*begin && strchr("#^/!>=&{", *begin))
    tag.sigil = *begin++;
  g_autofree char *closing = g_strconcat(tag.sigil == '{' ? "}" : tag.sigil == '=' ? "=" : "", p->close, NULL);
  const char *end = strstr(begin, closing);
  if (!end)
    return fail(p, open, "a tag is not closed");
  tag.after = end + strlen(closing);
  tag.content = g_strstrip(arena_strndup(p->mustache->arena, begin, (gsize)(end - begin)));
  find_line(p, &tag);
  add_text(p, p->at, tag.line ? tag.line : open);
  p->at = tag.after;
  return add_tag(p, &tag);
}

static gboolean parse(Parser *p) {
  for (const char *open; (open = strstr(p->at, p->open));)
    if (!parse_tag(p, open))
      return FALSE;
  add_text(p, p->at, p->at + strlen(p->at));
  if (!p->sections->len)
    return TRUE;
  const Open *open = &g_array_index(p->sections, Open, p->sections->len - 1);
  return fail(p, open->at, "section '%s' is not closed", g_array_index(p->mustache->ops, Op, open->op).text);
}

Mustache *mustache_compile(const char *source, const char *name, GError **error) {
  g_autoptr(Mustache) mustache = g_new0(Mustache, 1);
  mustache->arena = arena_new();
  mustache->ops = g_array_new(FALSE, TRUE, sizeof(Op));
  g_autoptr(GArray) sections = g_array_new(FALSE, FALSE, sizeof(Open));
  Parser parser = { .mustache = mustache, .source = source, .name = name, .at = source, .open = "{{", .close = "}}",
                    .sections = sections, .error = error };
  return parse(&parser) ? g_steal_pointer(&mustache) : NULL;
}

void mustache_free(Mustache *mustache) {
  if (!mustache)
    return;
  g_array_unref(mustache->ops);
  arena_free(mustache->arena);
  g_free(mustache);
}

const char *mustache_next_reference(const Mustache *mustache, MustacheReference kind, guint *position) {
  static const OpKind kinds[]
      = { [MUSTACHE_PARTIAL] = OP_PARTIAL, [MUSTACHE_MESSAGE] = OP_MESSAGE, [MUSTACHE_RAW] = OP_RAW };
  while (*position < mustache->ops->len) {
    const Op *op = &g_array_index(mustache->ops, Op, (*position)++);
    if (op->kind == kinds[kind])
      return op->text;
  }
  return NULL;
}

/* The contexts around an operation, innermost first. */
typedef struct Frame Frame;
struct Frame {
  const Value *value;
  const Frame *up;
};

typedef struct {
  GHashTable *partials;
  const MustacheFormat *format;
  GString *out;
  GString *plain; /* a formatted value before it is escaped */
  guint depth;    /* of partials */
} Render;

static const Value *find(const Frame *frame, const char **path) {
  if (!path[0])
    return frame->value;
  const Value *value = NULL;
  for (; frame && !value; frame = frame->up)
    value = value_get(frame->value, path[0]);
  for (guint i = 1; value && path[i]; i++)
    value = value_get(value, path[i]);
  return value;
}

static void append_escaped(GString *out, const char *text) {
  static const char *const entities[256]
      = { ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;" };
  const char *from = text;
  for (; *text; text++) {
    const char *entity = entities[(guchar)*text];
    if (!entity)
      continue;
    g_string_append_len(out, from, text - from);
    g_string_append(out, entity);
    from = text + 1;
  }
  g_string_append_len(out, from, text - from);
}

static const char *plain_text(Render *r, const Value *value) {
  if (value->kind == VALUE_TEXT || value->kind == VALUE_MARKUP)
    return value->text;
  g_string_truncate(r->plain, 0);
  if (value->kind < VALUE_BOOL || value->kind > VALUE_TIME)
    return r->plain->str;
  if (r->format->write)
    r->format->write(r->format->data, value, r->plain);
  else if (value->kind == VALUE_BOOL)
    g_string_append(r->plain, value->integer ? "true" : "false");
  else
    g_string_append_printf(r->plain, "%" G_GINT64_FORMAT, value->integer);
  return r->plain->str;
}

static void render_variable(Render *r, const Op *op, const Frame *frame) {
  const Value *value = find(frame, op->path);
  if (!value)
    return;
  const gboolean raw = op->kind == OP_RAW && (!r->format->strict || value->kind == VALUE_MARKUP);
  const char *text = plain_text(r, value);
  if (raw)
    g_string_append(r->out, text);
  else
    append_escaped(r->out, text);
}

static void render_text(Render *r, const Op *op, const char *indent) {
  if (!*indent) {
    g_string_append_len(r->out, op->text, (gssize)op->length);
    return;
  }
  for (const char *at = op->text; *at;) {
    const char *end = strchr(at, '\n');
    const char *next = end ? end + 1 : at + strlen(at);
    g_string_append_len(r->out, at, next - at);
    if (*next)
      g_string_append(r->out, indent);
    at = next;
  }
}

static void render_ops(Render *r, const Mustache *m, guint from, guint to, const Frame *frame, const char *indent);

static void render_section(Render *r, const Mustache *m, guint at, const Frame *frame, const char *indent) {
  const Op *op = &g_array_index(m->ops, Op, at);
  const Value *value = find(frame, op->path);
  const gboolean truth = value_truth(value);
  if (op->kind == OP_INVERTED) {
    if (!truth)
      render_ops(r, m, at + 1, op->end, frame, indent);
    return;
  }
  if (!truth)
    return;
  const gboolean list = value->kind == VALUE_LIST;
  for (guint i = 0; i < (list ? value->count : 1); i++)
    render_ops(r, m, at + 1, op->end, &(Frame){ .value = list ? value->items[i] : value, .up = frame }, indent);
}

static void render_partial(Render *r, const Op *op, const Frame *frame, const char *indent) {
  const Mustache *partial = r->partials ? g_hash_table_lookup(r->partials, op->text) : NULL;
  if (!partial || r->depth >= DEPTH_LIMIT)
    return;
  r->depth++;
  g_autofree char *deeper = op->standalone ? g_strconcat(indent, op->indent, NULL) : g_strdup("");
  render_ops(r, partial, 0, partial->ops->len, frame, deeper);
  r->depth--;
}

static void render_ops(Render *r, const Mustache *m, guint from, guint to, const Frame *frame, const char *indent) {
  for (guint i = from; i < to; i++) {
    const Op *op = &g_array_index(m->ops, Op, i);
    if (op->line_start && *indent)
      g_string_append(r->out, indent);
    switch (op->kind) {
    case OP_TEXT: render_text(r, op, indent); break;
    case OP_VARIABLE:
    case OP_RAW: render_variable(r, op, frame); break;
    case OP_MESSAGE:
      append_escaped(r->out, r->format->translate ? r->format->translate(r->format->data, op->text) : op->text);
      break;
    case OP_SECTION:
    case OP_INVERTED:
      render_section(r, m, i, frame, indent);
      i = op->end - 1;
      break;
    case OP_PARTIAL: render_partial(r, op, frame, indent); break;
    }
  }
}

void mustache_render(const Mustache *mustache, GHashTable *partials, const Value *root, const MustacheFormat *format,
                     GString *out) {
  static const MustacheFormat plain_format = { .data = NULL };
  g_autoptr(GString) plain = g_string_new(NULL);
  Render render = { .partials = partials, .format = format ? format : &plain_format, .out = out, .plain = plain };
  render_ops(&render, mustache, 0, mustache->ops->len, &(Frame){ .value = root }, "");
}
