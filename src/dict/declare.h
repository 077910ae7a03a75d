/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Declares a record from its .def file: its struct, and what the dictionary is told of its fields. It is included once
   for each record, where the record is to be known, with three names set:

     #define DICT_NAME receipt
     #define DICT_TYPE Receipt
     #define DICT_DEF "step/receipt.def"
     #include "dict/declare.h"

   makes `typedef struct { Row row; … } Receipt`, receipt_fields for DICT_OF(receipt, Receipt), and the name of
   receipt_record, which one file defines. */
#include "dict/dict.h"

typedef struct {
  Row row;
#define FIELD DICT_MEMBER
#include DICT_DEF
#undef FIELD
} DICT_TYPE;

static const Field DICT_JOIN(DICT_NAME, fields)[] G_GNUC_UNUSED = {
#define FIELD(name, kind, ...) DICT_FIELD(DICT_TYPE, name, kind, __VA_ARGS__)
#include DICT_DEF
#undef FIELD
};

extern const Record DICT_JOIN(DICT_NAME, record);

#undef DICT_NAME
#undef DICT_TYPE
#undef DICT_DEF
