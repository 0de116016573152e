#include "torch/mt_convert.h"
