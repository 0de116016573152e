// What a .model file says about how words depend on one another.
#pragma once

#include <string_view>

namespace meditron {

// True where encoding a text word by word gives exactly the ids of encoding it whole: a BPE model that leaves the text as it is
// (identity normalisation, no whitespace removed, a dummy prefix, spaces escaped), without pieces defined by the user or unused ones,
// and none of whose pieces has a word's end before a space inside it. A merge across a boundary would need such a piece, so none happens.
bool words_are_independent(std::string_view serialized_model);

}  // namespace meditron
