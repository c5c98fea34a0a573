// The test program. NIXWHY_ACCEPT=1 rewrites the goldens.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
