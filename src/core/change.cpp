#include "testlooper/domain/change.hpp"

template class std::vector<testlooper::Change>;
