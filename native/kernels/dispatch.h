// Choice of the instruction set at run time.
#pragma once
#include "types.h"
#include "attention.h"

namespace meditron {

enum class Isa : int { base = 0, avx2 = 1, avx512 = 2, avx512bf16 = 3 };

struct KernelTable {
#define MT_KERNEL(result, name, parameters) result(*name) parameters;
#include "kernels.def"
#undef MT_KERNEL
};

// The table in force: the best the machine has, or what MEDITRON_ISA names, or what set_isa chose.
const KernelTable& kernels();

Isa detected_isa();
Isa current_isa();
const char* isa_name(Isa isa);
// False if the name is unknown.
bool parse_isa(const char* name, Isa* isa);
// False if the machine lacks it. Kernels change at once; oneDNN keeps the limit it had at its first use (see limit_onednn).
bool set_isa(Isa isa);
// What MEDITRON_ISA says, if that is unknown or beyond this machine (it is ignored then); else null.
const char* environment_error();
// Tells oneDNN not to go beyond the ISA in force; it listens only before its first use in the process. Answers whether it did.
bool limit_onednn();

}  // namespace meditron
