/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of a list by keyset: a page begins behind a row, so that the millionth costs what the first does.
   - Sorted by a column, rows where it is unset come last, by a statement of their own: then both databases read both
     parts off one index, in both directions.
   - Where a column's index narrows and sorts at once, it is left to the database. Where not, few rows that match are
     found by their conditions and sorted; of many (`page->many`) one is met soon by following the order, so the
     conditions are written as expressions that no index serves.
   - Rows that entries of another table name are found by those entries, where these are few or nothing else narrows;
     else each row that the other conditions find is asked for them.
   - A search reads at most DICT_SEARCHED rows, newest first, and says where it stopped. */
#include "dict/sql.h"
#include <string.h>

/* Rows by id alone; or those where the sorting column is set, or those where it is not. */
typedef enum { PART_ALL, PART_SET, PART_UNSET } Part;

/* A statement on its way. */
typedef struct {
  const Record *record;
  const DictPage *page;
  GString *sql;
  GArray *cells;       /* DbCell: the parameters */
  gboolean conditions; /* WHERE is written */
  gboolean plain;      /* conditions keep away from indexes */
  gboolean led;        /* the rows are read by the entries that name them */
} Query;

/* Whether nothing but entries narrows it. */
static gboolean is_bare(const DictPage *page) {
  return page->named && !page->conditions && !page->dealer_id && !page->among;
}

static Query query_new(const Record *record, const DictPage *page) {
  return (Query){.record = record, .page = page, .sql = g_string_new("SELECT "),
                 .led = page->named && (!page->named->many || is_bare(page)),
                 .cells = g_array_new(FALSE, FALSE, sizeof(DbCell))};
}

static const Field *sort_of(const DictPage *page) {
  return page->sort && page->sort->offset >= sizeof(Row) ? page->sort : NULL; /* numbers go by id */
}

static void query_clear(Query *query) {
  if (query->sql)
    g_string_free(query->sql, TRUE);
  g_array_unref(query->cells);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Query, query_clear)

/* Binds a value; the number of its placeholder. */
static guint bind(Query *query, DbCell cell) {
  g_array_append_val(query->cells, cell);
  return query->cells->len;
}

/* There are as many statements as ways to filter and sort: none is kept but by a connection, which keeps so many. */
static const DbResult *ask(Query *query, DbTx *tx, Arena *arena, GError **error) {
  return db_query(tx, arena, query->sql->str, (const DbCell *)query->cells->data,
                  query->cells->len, error);
}

static void and(Query *query) {
  g_string_append(query->sql, query->conditions ? " AND " : " WHERE ");
  query->conditions = TRUE;
}

/* Where the rows are read: from their table, or from the first entry that names each. */
static void append_source(Query *query) {
  const DictNamed *named = query->led ? query->page->named : NULL;
  g_string_append(query->sql, " FROM ");
  if (named) /* CROSS: SQLite then keeps this order */
    g_string_append_printf(query->sql, "\"%s\" n CROSS JOIN ", named->table);
  g_string_append_printf(query->sql, "\"%s\" t", query->record->name);
}

static void append_named(Query *query) {
  const DictNamed *named = query->page->named;
  const guint name = bind(query, DB_T(named->name));
  and(query);
  if (query->led)
    g_string_append_printf(query->sql, "t.id = n.\"%s\" AND n.name = $%u AND n.closed_at IS NULL AND NOT ",
                           named->column, name);
  g_string_append_printf(query->sql, "EXISTS (SELECT 1 FROM \"%s\" m WHERE m.name = $%u AND m.closed_at IS NULL AND"
                                     " m.\"%s\" = t.id%s)",
                         named->table, name, named->column, query->led ? " AND m.id < n.id" : "");
}

/* The id of a row, as the index has it that is followed. */
static void append_id(Query *query) {
  if (query->led)
    g_string_append_printf(query->sql, "n.\"%s\"", query->page->named->column);
  else
    g_string_append(query->sql, "t.id");
}

static void append_operand(Query *query, const Field *field, gboolean plain) {
  g_string_append_printf(query->sql, plain ? "(t.\"%s\" %s)" : "t.\"%s\"", field->name,
                         dict_is_text(field) ? "|| ''" : "+ 0");
}

/* "… IN (the states shown to dealers)"; nothing where all are. */
static void append_states(Query *query, const Choice *states, const char *operand) {
  gboolean all = TRUE, first = TRUE;
  for (const Choice *state = states; state && state->code; state++)
    all = all && state->shown_to == DEALER;
  if (all)
    return;
  g_string_append_printf(query->sql, " AND %s IN (", operand);
  for (const Choice *state = states; state->code; state++)
    if (state->shown_to == DEALER) {
      g_string_append_printf(query->sql, "%s$%u", first ? "" : ", ", bind(query, DB_T(state->code)));
      first = FALSE;
    }
  g_string_append(query->sql, first ? "NULL)" : ")");
}

/* What a dealer may see: own rows, in the states shown to dealers, and lines of such rows. */
static void append_scope(Query *query) {
  const Record *parent = query->record->parent ? dict_find(query->record->parent) : NULL;
  and(query);
  g_string_append_printf(query->sql, query->plain ? "(t.dealer_id + 0) = $%u" : "t.dealer_id = $%u",
                         bind(query, DB_I(query->page->dealer_id)));
  append_states(query, query->record->states, "(t.\"state\" || '')");
  if (!parent)
    return;
  g_string_append_printf(query->sql, " AND EXISTS (SELECT 1 FROM \"%s\" p WHERE p.id = t.parent_id", parent->name);
  append_states(query, parent->states, "p.state");
  g_string_append_c(query->sql, ')');
}

static void append_among(Query *query) {
  const DictPage *page = query->page;
  and(query);
  g_string_append(query->sql, "t.id IN (");
  for (guint i = 0; i < DICT_AMONG; i++) { /* always as many, so that there is one statement */
    const gint64 id = page->among_count ? page->among[MIN(i, page->among_count - 1)] : 0;
    g_string_append_printf(query->sql, "%s$%u", i ? ", " : "", bind(query, DB_I(id)));
  }
  g_string_append_c(query->sql, ')');
}

static void append_conditions(Query *query) {
  static const char *const signs[] = {[DICT_IS] = "=", [DICT_FROM] = ">=", [DICT_TO] = "<="};
  const DictPage *page = query->page;
  if (page->dealer_id)
    append_scope(query);
  for (guint i = 0; i < page->conditions; i++) {
    const DictCondition *condition = &page->where[i];
    and(query);
    append_operand(query, condition->field, query->plain);
    if (condition->op == DICT_NONE)
      g_string_append(query->sql, " IS NULL");
    else
      g_string_append_printf(query->sql, " %s $%u", signs[condition->op], bind(query, condition->cell));
  }
  if (page->among)
    append_among(query);
  if (page->named)
    append_named(query);
}

/* ---- which index ---- */
static gboolean is_equal(const DictPage *page, const char *column) {
  if (page->dealer_id && !strcmp(column, "dealer_id"))
    return TRUE;
  for (guint i = 0; i < page->conditions; i++)
    if (page->where[i].op == DICT_IS && !strcmp(page->where[i].field->name, column))
      return TRUE;
  return FALSE;
}

/* Whether an index narrows to the rows wanted and has them in order. */
static gboolean is_served(const Record *record, const DictPage *page) {
  const Field *sort = sort_of(page);
  const char *unset = NULL;
  guint equals = page->dealer_id ? 1 : 0;
  for (guint i = 0; i < page->conditions; i++) {
    const DictCondition *condition = &page->where[i];
    equals += condition->op == DICT_IS;
    unset = condition->op == DICT_NONE ? condition->field->name : unset;
    if (condition->op != DICT_IS && condition->op != DICT_NONE &&
        (!sort || condition->field->offset != sort->offset))
      return FALSE;
  }
  if (!unset && (equals == 0 || (equals == 1 && !sort)))
    return TRUE;
  for (const DictIndex *index = record->indexes; index && index->columns[0]; index++) {
    guint i = 0;
    while (index->columns[i] && is_equal(page, index->columns[i]))
      i++;
    if (i == equals && !g_strcmp0(index->unset, unset) && !g_strcmp0(index->columns[i], sort ? sort->name : NULL))
      return TRUE;
  }
  return FALSE;
}

/* ---- order and place ---- */
/* Reading towards smaller values. */
static gboolean is_down(const DictPage *page) {
  return !page->ascending != !!page->back;
}

static void append_place(Query *query, Part part, gboolean edge) {
  const DictPage *page = query->page;
  const Field *sort = sort_of(page);
  const char sign = is_down(page) ? '<' : '>';
  if (part != PART_ALL) {
    and(query);
    g_string_append_printf(query->sql, "t.\"%s\" IS %sNULL", sort->name, part == PART_SET ? "NOT " : "");
  }
  if (!edge)
    return;
  and(query);
  const guint id = bind(query, DB_I(((const Row *)page->edge)->id));
  if (part != PART_SET) {
    append_id(query);
    g_string_append_printf(query->sql, " %c $%u", sign, id);
    return;
  }
  const DbCell value = dict_is_text(sort) ? DB_T(*dict_text(sort, page->edge)) : DB_I(*dict_integer(sort, page->edge));
  g_string_append_printf(query->sql, "(t.\"%s\", t.id) %c ($%u, $%u)", sort->name, sign, bind(query, value), id);
}

static void append_order(Query *query, Part part, guint most) {
  const char *way = is_down(query->page) ? "DESC" : "ASC";
  g_string_append(query->sql, " ORDER BY ");
  if (part == PART_SET)
    g_string_append_printf(query->sql, "t.\"%s\" %s, ", sort_of(query->page)->name, way);
  append_id(query);
  g_string_append_printf(query->sql, " %s LIMIT $%u", way, bind(query, DB_I(most)));
}

static Query part_query(const Record *record, const DictPage *page, Part part, gboolean edge, guint most) {
  Query query = query_new(record, page);
  query.plain = page->many && !is_served(record, page);
  sql_append_columns(query.sql, record, "t.");
  append_source(&query);
  append_conditions(&query);
  append_place(&query, part, edge);
  append_order(&query, part, most);
  return query;
}

static gboolean load_part(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, Part part, gboolean edge,
                          GPtrArray *rows, GError **error) {
  g_auto(Query) query = part_query(record, page, part, edge, page->most - rows->len);
  const DbResult *result = ask(&query, tx, arena, error);
  if (result)
    sql_append_rows(tx, rows, arena, record, result);
  return result != NULL;
}

/* A condition on the sorting column leaves out where it is unset. */
static gboolean excludes_unset(const DictPage *page) {
  for (guint i = 0; i < page->conditions; i++)
    if (page->where[i].field->offset == page->sort->offset)
      return TRUE;
  return FALSE;
}

static gboolean load_sorted(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, GPtrArray *rows,
                            GError **error) {
  const Field *sort = sort_of(page);
  if (!sort)
    return load_part(tx, arena, record, page, PART_ALL, page->edge != NULL, rows, error);
  const Part order[2] = {page->back ? PART_UNSET : PART_SET, page->back ? PART_SET : PART_UNSET};
  gboolean edge = page->edge != NULL;
  const Part starts = !edge ? order[0] : dict_is_set(sort, page->edge) ? PART_SET : PART_UNSET;
  for (guint i = 0; i < 2 && rows->len < page->most; i++) {
    if ((i == 0 && starts != order[0]) || (order[i] == PART_UNSET && excludes_unset(page)))
      continue;
    if (!load_part(tx, arena, record, page, order[i], edge, rows, error))
      return FALSE;
    edge = FALSE;
  }
  return TRUE;
}

/* ---- search ---- */
/* "O-00017", or "17": the id, 0 when the text is no number of the record's. */
static gint64 number_of(const Record *record, const char *q) {
  guint64 id;
  const gsize length = record->prefix ? strlen(record->prefix) : 0;
  if (!length)
    return 0;
  if (!g_ascii_strncasecmp(q, record->prefix, length) && q[length] == '-')
    q += length + 1;
  return g_ascii_string_to_unsigned(q, 10, 1, G_MAXINT64, &id, NULL) ? (gint64)id : 0;
}

/* "%text%" with the wildcards of the text itself taken as they are. */
static const char *like_pattern(Arena *arena, const char *text) {
  g_autoptr(GString) pattern = g_string_new("%");
  for (; *text; text++) {
    if (*text == '%' || *text == '_' || *text == '!')
      g_string_append_c(pattern, '!');
    g_string_append_c(pattern, *text);
  }
  g_string_append_c(pattern, '%');
  return arena_strdup(arena, pattern->str);
}

static gboolean is_searched(const DictPage *page, const Field *field) {
  return field->searched && (!page->dealer_id || field->shown_to == DEALER) &&
         (field->kind == KIND_TEXT || (field->kind == KIND_REF && dict_title(dict_find(field->target))));
}

static void append_joins(Query *query) {
  guint count;
  const Field *columns = dict_columns(query->record, &count);
  for (guint i = 0; i < count; i++)
    if (is_searched(query->page, &columns[i]) && columns[i].kind == KIND_REF)
      g_string_append_printf(query->sql, " LEFT JOIN \"%s\" r%u ON r%u.id = t.\"%s\"", columns[i].target, i, i,
                             columns[i].name);
}

static void append_match(Query *query, Arena *arena) {
  guint count, pattern = 0; /* a parameter that is not written would be refused */
  const Field *columns = dict_columns(query->record, &count);
  and(query);
  g_string_append_c(query->sql, '(');
  for (guint i = 0; i < count; i++) {
    if (!is_searched(query->page, &columns[i]))
      continue;
    const gboolean first = !pattern, own = columns[i].kind == KIND_TEXT;
    pattern = first ? bind(query, DB_T(like_pattern(arena, query->page->q))) : pattern;
    g_autofree char *table = own ? g_strdup("t") : g_strdup_printf("r%u", i);
    g_string_append_printf(query->sql, "%slower(%s.\"%s\") LIKE lower($%u) ESCAPE '!'", first ? "" : " OR ", table,
                           own ? columns[i].name : dict_title(dict_find(columns[i].target))->name, pattern);
  }
  g_string_append(query->sql, pattern ? ")" : "1 = 0)");
}

static gboolean find_number(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, gint64 id,
                            GPtrArray *rows, GError **error) {
  g_auto(Query) query = query_new(record, page);
  query.plain = TRUE;
  sql_append_columns(query.sql, record, "t.");
  append_source(&query);
  append_conditions(&query);
  and(&query);
  g_string_append_printf(query.sql, "t.id = $%u", bind(&query, DB_I(id)));
  const DbResult *result = ask(&query, tx, arena, error);
  if (result)
    sql_append_rows(tx, rows, arena, record, result);
  return result != NULL;
}

/* The lowest id that this page of the search reads; *full: there are more below it. */
static gboolean find_floor(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, gint64 *floor,
                           gboolean *full, GError **error) {
  g_auto(Query) query = query_new(record, page);
  g_string_append(query.sql, "min(id), count(*) FROM (SELECT t.id");
  append_source(&query);
  append_conditions(&query);
  append_place(&query, PART_ALL, page->edge != NULL);
  append_order(&query, PART_ALL, DICT_SEARCHED);
  g_string_append(query.sql, ") AS w");
  const DbResult *result = ask(&query, tx, arena, error);
  if (!result)
    return FALSE;
  *floor = DB_CELL(result, 0, 0)->integer;
  *full = DB_CELL(result, 0, 1)->integer == DICT_SEARCHED;
  return TRUE;
}

static gboolean load_matches(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, GPtrArray *rows,
                             gint64 *further, GError **error) {
  gint64 floor;
  gboolean full;
  if (!find_floor(tx, arena, record, page, &floor, &full, error))
    return FALSE;
  g_auto(Query) query = query_new(record, page);
  query.plain = page->many && !is_served(record, page);
  sql_append_columns(query.sql, record, "t.");
  append_source(&query);
  append_joins(&query);
  append_conditions(&query);
  append_place(&query, PART_ALL, page->edge != NULL);
  and(&query);
  g_string_append_printf(query.sql, "t.id >= $%u", bind(&query, DB_I(floor)));
  append_match(&query, arena);
  append_order(&query, PART_ALL, page->most);
  const DbResult *result = ask(&query, tx, arena, error);
  if (!result)
    return FALSE;
  sql_append_rows(tx, rows, arena, record, result);
  *further = full && rows->len < page->most ? floor : 0;
  return TRUE;
}

static gboolean search(DbTx *tx, Arena *arena, const Record *record, const DictPage *asked, GPtrArray *rows,
                       gint64 *further, GError **error) {
  DictPage page = *asked; /* newest first, whatever was asked */
  page.sort = NULL;
  page.ascending = page.back = FALSE;
  const gint64 number = page.edge ? 0 : number_of(record, page.q);
  if (number && !find_number(tx, arena, record, &page, number, rows, error))
    return FALSE;
  return rows->len || load_matches(tx, arena, record, &page, rows, further, error);
}

GPtrArray *dict_load_page(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, gint64 *further,
                          GError **error) {
  g_autoptr(GPtrArray) rows = g_ptr_array_new();
  gint64 behind = 0;
  const gboolean searching = page->q && *page->q;
  if (searching ? !search(tx, arena, record, page, rows, &behind, error)
                : !load_sorted(tx, arena, record, page, rows, error))
    return NULL;
  for (guint i = 0; page->back && !searching && i < rows->len / 2; i++) {
    gpointer *one = &rows->pdata[i], *other = &rows->pdata[rows->len - 1 - i], kept = *one;
    *one = *other;
    *other = kept;
  }
  if (further)
    *further = behind;
  return g_steal_pointer(&rows);
}

gint64 dict_count_page(DbTx *tx, Arena *arena, const Record *record, const DictPage *page, GError **error) {
  g_auto(Query) query = query_new(record, page);
  const DictNamed *named = page->named;
  if (is_bare(page)) { /* the rows themselves need not be looked at */
    g_string_append_printf(query.sql, "count(*) FROM (SELECT DISTINCT n.\"%s\" FROM \"%s\" n WHERE n.name = $%u"
                                      " AND n.closed_at IS NULL",
                           named->column, named->table, bind(&query, DB_T(named->name)));
  } else {
    g_string_append(query.sql, "count(*) FROM (SELECT 1");
    append_source(&query);
    append_conditions(&query);
  }
  g_string_append_printf(query.sql, " LIMIT $%u) AS c", bind(&query, DB_I(DICT_COUNTED + 1)));
  const DbResult *result = ask(&query, tx, arena, error);
  return result ? DB_CELL(result, 0, 0)->integer : -1;
}

const char *dict_page_statement(Arena *arena, const Record *record, const DictPage *page, GArray **cells) {
  g_auto(Query) query = part_query(record, page, sort_of(page) ? PART_SET : PART_ALL, page->edge != NULL, page->most);
  *cells = g_array_ref(query.cells);
  return arena_strdup(arena, query.sql->str);
}
