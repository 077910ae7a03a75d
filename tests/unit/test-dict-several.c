/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields that hold several values: sets of choices and of files, read from text and given as lists. */
#include "base/json.h"
#include "dict/dict.h"

typedef struct {
  Row row;
  FieldSET colours;
  FieldFILES photos;
} Sample;

static const Choice colours[] = {{"red", "Red"}, {"green", "Green"}, {"blue", "Blue"}, {0}};
static const Field fields[] = {
  DICT_FIELD(Sample, colours, SET, .label = "Colours", .choices = colours)
  DICT_FIELD(Sample, photos, FILES, .label = "Photos")
};
static const Record sample_record = {
  .name = "sample", .label = "Sample", .plural = "Samples", DICT_SIZE(Sample, fields)};

/* What the text is kept as (NULL: unset); the refusal's sentence where it is refused. */
static const char *read_as(Arena *arena, const char *name, const char *text) {
  g_autoptr(Refusal) refusal = refusal_new();
  Sample *sample = dict_new_row(arena, &sample_record);
  const Field *field = dict_field(&sample_record, name);
  if (dict_parse(arena, field, text, INPUT_FORM, "en", sample, refusal))
    return *dict_text(field, sample);
  return arena_strdup(arena, ((Reason *)refusal->reasons->pdata[0])->message);
}

static void test_set(void) {
  g_autoptr(Arena) arena = arena_new();
  g_assert_cmpstr(read_as(arena, "colours", "blue,red"), ==, "red,blue");
  g_assert_cmpstr(read_as(arena, "colours", " green , green,"), ==, "green");
  g_assert_null(read_as(arena, "colours", ","));
  g_assert_null(read_as(arena, "colours", ""));
  g_assert_cmpstr(read_as(arena, "colours", "red,pink"), ==, "Colours: choose among: red, green, blue.");
}

static void test_files(void) {
  g_autoptr(Arena) arena = arena_new();
  g_assert_cmpstr(read_as(arena, "photos", "7, 12,"), ==, "7,12");
  g_assert_cmpstr(read_as(arena, "photos", "7,-1"), ==, "Photos: choose an entry of the list.");
  g_assert_cmpstr(read_as(arena, "photos", "7;DROP"), ==, "Photos: choose an entry of the list.");
  g_assert_cmpstr(read_as(arena, "photos", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21"), ==,
                  "Photos: too many files; at most 20 at once.");
  guint count;
  const gint64 *ids = dict_ids(arena, "7,12", &count);
  g_assert_cmpuint(count, ==, 2);
  g_assert_cmpint(ids[1], ==, 12);
  dict_ids(arena, NULL, &count);
  g_assert_cmpuint(count, ==, 0);
}

static void test_list(void) {
  g_autoptr(Arena) arena = arena_new();
  Sample *before = dict_new_row(arena, &sample_record), *after = dict_new_row(arena, &sample_record);
  before->colours = "red";
  after->colours = "red,blue";
  after->photos = "7";
  g_autofree char *difference = json_text(dict_difference(arena, &sample_record, before, after));
  g_assert_cmpstr(difference, ==, "{\"colours\":{\"before\":[\"red\"],\"after\":[\"red\",\"blue\"]},"
                                  "\"photos\":{\"before\":null,\"after\":[7]}}");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  const Record *const records[] = {&sample_record};
  g_autoptr(GError) error = NULL;
  if (!dict_register(records, 1, &error))
    g_error("%s", error->message);
  g_test_add_func("/dict/set", test_set);
  g_test_add_func("/dict/files", test_files);
  g_test_add_func("/dict/list", test_list);
  return g_test_run();
}
