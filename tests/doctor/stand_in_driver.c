/* A driver of CUDA that shows no GPU: a stand-in for machines whose driver cannot be had.
   DRIVER_VERSION is the CUDA it is good for (12040 is 12.4), STATUS what it answers when started:
   100 is "no device", 0 is "well". */

#include <string.h>

#ifndef DRIVER_VERSION
#define DRIVER_VERSION 13020
#endif
#ifndef STATUS
#define STATUS 100
#endif

int cuInit(unsigned flags) { return STATUS; }

int cuDriverGetVersion(int *version) {
  *version = DRIVER_VERSION;
  return 0;
}

static int no_device(void) { return 100; }

int cuGetProcAddress_v2(const char *name, void **function, int version, unsigned long flags,
                        int *status) {
  if (!strcmp(name, "cuInit"))
    *function = cuInit;
  else if (!strcmp(name, "cuDriverGetVersion"))
    *function = cuDriverGetVersion;
  else if (!strcmp(name, "cuGetProcAddress"))
    *function = cuGetProcAddress_v2;
  else
    *function = no_device;
  if (status)
    *status = 0;
  return 0;
}

int cuGetProcAddress(const char *name, void **function, int version, unsigned long flags) {
  return cuGetProcAddress_v2(name, function, version, flags, 0);
}
