/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is usual, and what signers are told where a paper departs from it. */
#pragma once
#include "workflow/workflow.h"

enum { USUAL_DEPOSIT = 30 /* percent of a contract; less needs the general manager's reason */ };

/* For the chains (`told`) of contract, works order and delivery notice. */
extern const Usual usual_contract;
extern const Usual usual_works_order;
extern const Usual usual_delivery;
