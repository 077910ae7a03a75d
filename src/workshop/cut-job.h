/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cutting job as an order.json states it (docs/cutting.md): what the solver is asked, and what only people need:
 * material, names, and to which order, wall and bay each piece goes. Pieces, tags and stocks go by the same index
 * through plan, drawings, saw list and labels. */
#pragma once
#include "cut/cut.h"
#include "workshop/cut-json.h"

#define CUT_JOB_FILE_MAX (16 * 1024 * 1024) /* bytes of an order.json: about 100,000 lines of pieces */
#define CUT_JOB_TEXT_MAX 200                /* bytes of a name */
#define CUT_JOB_FACE_MAX 100000             /* widest face of a profile */

typedef enum { CUT_JOB_BARS, CUT_JOB_SHEETS } CutJobKind;

/* Where a piece belongs; each may be NULL. */
typedef struct {
  const char *item;  /* what it is: 竖料, 玻璃 */
  const char *order; /* number of the order */
  const char *wall;
  const char *bay;
} CutTag;

typedef struct {
  int kind;             /* CutJobKind */
  const char *title;    /* each of these may be NULL */
  const char *material; /* profile or kind of sheet */
  const char *colour;
  const char *remark;
  int unit;             /* 0: tenths of a millimetre, 1: millimetres; see cut_job_length() */
  gboolean priced;      /* prices are fen; else they are lengths or areas, made up so that the least material is used */
  gint64 kerf;          /* as stated; what the plan reckons with is wider where pieces are cut at an angle */
  gint64 face;          /* width of a profile's face, for mitres; 0: not stated */
  gboolean turn;        /* a bar's pieces may be turned end for end, so that mitres meet */
  gint64 offcut_percent; /* what an offcut is worth, of the price of the same length or area new */
  GArray *tags;         /* of CutTag, one a piece */
  GArray *pieces;       /* of CutPiece (bars), or of CutItem (sheets) */
  GArray *stocks;       /* of CutStock (bars) or CutSheet (sheets); offcuts after what is new */
  GPtrArray *defects;   /* of GArray of CutDefect, one a kind of sheet */
  gint64 stages;        /* of sheets, as stated */
  int rules;            /* index of the named rules that a job for sheets begins with */
  CutOrder bars;        /* what cut_bars() is asked, on the arrays above */
  CutSheetOrder sheets; /* what cut_sheets() is asked */
  json_t *source;       /* the order.json */
  GStringChunk *texts;  /* owns every text */
} CutJob;

/* Reads a file; NULL and every fault, a line each, in error. What is refused of the job, now or when it is cut, is told
 * in the language; NULL: English. */
CutJob *cut_job_load(const char *path, const char *language, GError **error);
/* The same from JSON at hand, of which the job keeps a reference. */
CutJob *cut_job_read(json_t *source, const char *language, GError **error);
/* Jobs without names, in millimetres, of orders that did not come from an order.json: to draw their plans. The order's
 * arrays stay the caller's and must outlive the job. */
CutJob *cut_job_of_bars(const CutOrder *order);
CutJob *cut_job_of_sheets(const CutSheetOrder *order);
void cut_job_free(CutJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CutJob, cut_job_free)

/* Of refusals; NULL: English. */
const char *cut_job_language(const CutJob *job);
/* A length in millimetres for people: "2750", "2750.5". Caller frees. */
char *cut_job_length(const CutJob *job, gint64 length);
/* The numbers of all orders in it, each once, in the order of their first piece, and how many these are; "" where none
 * is named. Caller frees. */
char *cut_job_orders(const CutJob *job, guint *count);
/* "2750 × 1200" of a sheet, "6000" of a bar. Caller frees. */
char *cut_job_stock_size(const CutJob *job, gint64 stock);
/* What the order calls it; NULL where it has no name. */
const char *cut_job_stock_name(const CutJob *job, gint64 stock);
const CutTag *cut_job_tag(const CutJob *job, gint64 piece);

/* For the files of the job only. Fields of tables: */
#define CUT_JOB_NAME(type, key, member) \
  {.name = key, .kind = CUT_JSON_TEXT, .at = G_STRUCT_OFFSET(type, member), .most = CUT_JOB_TEXT_MAX}
#define CUT_JOB_FLAG(key, member) {.name = key, .kind = CUT_JSON_BOOLEAN, .at = G_STRUCT_OFFSET(CutJob, member)}
#define CUT_JOB_CHOICE(type, key, member, choices) \
  {.name = key, .kind = CUT_JSON_CHOICE, .at = G_STRUCT_OFFSET(type, member), .words = choices}
#define CUT_JOB_LIST(key) {.name = key, .kind = CUT_JSON_OTHER}
/* What heads of both kinds say. */
#define CUT_JOB_HEAD_FIELDS \
  CUT_JOB_CHOICE(CutJob, "cut", kind, cut_job_kinds), CUT_JOB_CHOICE(CutJob, "unit", unit, cut_job_units), \
  CUT_JOB_NAME(CutJob, "title", title), CUT_JOB_NAME(CutJob, "material", material), \
  CUT_JOB_NAME(CutJob, "colour", colour), CUT_JOB_NAME(CutJob, "remark", remark), \
  CUT_JSON_RANGE(CutJob, "offcut_percent", offcut_percent, 1, 100), CUT_JOB_LIST("stocks"), CUT_JOB_LIST("offcuts"), \
  CUT_JOB_LIST("pieces")
#define CUT_JOB_TAG_FIELDS(type) \
  CUT_JOB_NAME(type, "item", tag.item), CUT_JOB_NAME(type, "order", tag.order), CUT_JOB_NAME(type, "wall", tag.wall), \
  CUT_JOB_NAME(type, "bay", tag.bay)
extern const char *const cut_job_kinds[], *const cut_job_units[];
/* What reads a line of a list. */
typedef void (*CutJobLine)(CutJob *job, CutJsonReader *reader, json_t *line, const char *place);
/* Reads `stocks`, `offcuts` and `pieces`, whatever the number of their lines; sees whether what is new has prices, and
 * prices stated for some of it only are a fault. */
void cut_job_read_lists(CutJob *job, CutJsonReader *reader, CutJobLine stock, CutJobLine offcut, CutJobLine piece);
void cut_job_read_bars(CutJob *job, CutJsonReader *reader);
void cut_job_read_sheets(CutJob *job, CutJsonReader *reader);
/* size × percent of what of_size costs, at least 1. Where a fault left no of_size it is a figure without meaning. */
gint64 cut_job_worth(gint64 size, gint64 percent, gint64 price, gint64 of_size);
