/* Preloaded into a program: writes its own CPU time, without its children's, and its peak resident size to $OWN_USAGE.
   cc -shared -fPIC -o own_usage.so own_usage.c */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("OWN_USAGE");
    FILE *file = path ? fopen(path, "a") : NULL;
    struct rusage usage;
    if (!file) return;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(file, "%.3f %ld\n",
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e3 + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e3,
            usage.ru_maxrss);
    fclose(file);
}
