// Work spread over threads, where the result must not depend on how many there are.
#pragma once

#include <cstddef>
#include <functional>

namespace nixwhy {

// Calls work(i) once for each i below `count`, on up to `threads` threads. The first exception is thrown again
// after all have ended.
void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& work);

}  // namespace nixwhy
