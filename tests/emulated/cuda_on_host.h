/* CUDA C as C++ for the processor: the words of the language, and blocks whose threads take turns. */
#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <setjmp.h>
#include <type_traits>
#include <ucontext.h>

#define __global__
#define __device__ static inline
#define __host__
#define __forceinline__ inline
#define __noinline__
#define __shared__ static
#define __constant__ static const
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))

/* NVRTC does not know these words of the host's headers: write 0x7fffffff and its like with __int_as_float. */
#undef INFINITY
#undef NAN

using std::isfinite;
using std::isinf;
using std::isnan;

struct uint3 { unsigned int x, y, z; };
struct dim3 { unsigned int x, y, z; };
static uint3 threadIdx, blockIdx;
static dim3 blockDim, gridDim;
static char *emulated_shared;

#define EMULATED_VECTOR(T, N)                                                                        \
    struct T##2 { N x, y; };                                                                         \
    struct T##3 { N x, y, z; };                                                                      \
    struct T##4 { N x, y, z, w; };                                                                   \
    static inline T##2 make_##T##2(N x, N y) { return {x, y}; }                                      \
    static inline T##3 make_##T##3(N x, N y, N z) { return {x, y, z}; }                              \
    static inline T##4 make_##T##4(N x, N y, N z, N w) { return {x, y, z, w}; }
EMULATED_VECTOR(float, float)
EMULATED_VECTOR(double, double)
EMULATED_VECTOR(int, int)
EMULATED_VECTOR(short, short)
EMULATED_VECTOR(ushort, unsigned short)
EMULATED_VECTOR(uchar, unsigned char)

template <class A, class B> static inline typename std::common_type<A, B>::type min(A a, B b)
{
    if constexpr (std::is_floating_point<A>::value || std::is_floating_point<B>::value)
        return std::fmin(a, b);
    else {
        typename std::common_type<A, B>::type x = a, y = b;
        return y < x ? y : x;
    }
}
template <class A, class B> static inline typename std::common_type<A, B>::type max(A a, B b)
{
    if constexpr (std::is_floating_point<A>::value || std::is_floating_point<B>::value)
        return std::fmax(a, b);
    else {
        typename std::common_type<A, B>::type x = a, y = b;
        return x < y ? y : x;
    }
}
using std::abs;

static inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
static inline double rsqrt(double x) { return 1.0 / sqrt(x); }
/* Exact at multiples of a half, as CUDA's are. */
static inline double emulated_sinpi(double x)
{
    double r = fmod(fabs(x), 2.0), s = x < 0 ? -1.0 : 1.0;
    if (r > 1.0) { r -= 1.0; s = -s; }
    if (r > 0.5) r = 1.0 - r;
    return s * sin(M_PI * r);
}
static inline double emulated_cospi(double x)
{
    double r = fmod(fabs(x), 2.0);
    if (r > 1.0) r = 2.0 - r;
    return r > 0.5 ? -emulated_sinpi(r - 0.5) : emulated_sinpi(0.5 - r);
}
static inline float sinpif(float x) { return (float)emulated_sinpi(x); }
static inline float cospif(float x) { return (float)emulated_cospi(x); }
static inline double sinpi(double x) { return emulated_sinpi(x); }
static inline double cospi(double x) { return emulated_cospi(x); }
static inline void sincospif(float x, float *s, float *c) { *s = sinpif(x); *c = cospif(x); }
static inline void sincospi(double x, double *s, double *c) { *s = sinpi(x); *c = cospi(x); }
#define __expf expf
#define __logf logf
#define __sinf sinf
#define __cosf cosf
#define __powf powf
static inline float __fdividef(float x, float y) { return x / y; }
static inline float __fadd_rn(float x, float y) { return x + y; }
static inline float __fsub_rn(float x, float y) { return x - y; }
static inline float __fmul_rn(float x, float y) { return x * y; }
static inline float __fdiv_rn(float x, float y) { return x / y; }
static inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }
static inline float __fsqrt_rn(float x) { return sqrtf(x); }
static inline double __dadd_rn(double x, double y) { return x + y; }
static inline double __dmul_rn(double x, double y) { return x * y; }
static inline float __saturatef(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }
static inline int __float2int_rd(float x) { return (int)floorf(x); }
static inline int __float2int_ru(float x) { return (int)ceilf(x); }
static inline int __float2int_rn(float x) { return (int)rintf(x); }
static inline int __float2int_rz(float x) { return (int)x; }
static inline int __double2int_rd(double x) { return (int)floor(x); }
static inline int __double2int_rn(double x) { return (int)rint(x); }
static inline float __int2float_rn(int x) { return (float)x; }
template <class To, class From> static inline To emulated_bits(From x)
{
    To y;
    static_assert(sizeof(To) == sizeof(From), "another size");
    memcpy(&y, &x, sizeof y);
    return y;
}
static inline int __float_as_int(float x) { return emulated_bits<int>(x); }
static inline unsigned int __float_as_uint(float x) { return emulated_bits<unsigned int>(x); }
static inline float __int_as_float(int x) { return emulated_bits<float>(x); }
static inline float __uint_as_float(unsigned int x) { return emulated_bits<float>(x); }
static inline long long __double_as_longlong(double x) { return emulated_bits<long long>(x); }
static inline double __longlong_as_double(long long x) { return emulated_bits<double>(x); }
static inline int __popc(unsigned int x) { return __builtin_popcount(x); }
static inline int __clz(int x) { return x ? __builtin_clz((unsigned int)x) : 32; }
static inline int __ffs(int x) { return __builtin_ffs(x); }
template <class T> static inline T __ldg(const T *p) { return *p; }
static inline void __threadfence() {}
static inline void __threadfence_block() {}

template <class T, class V> static inline T atomicAdd(T *p, V v) { T old = *p; *p = old + (T)v; return old; }
template <class T, class V> static inline T atomicSub(T *p, V v) { T old = *p; *p = old - (T)v; return old; }
template <class T, class V> static inline T atomicExch(T *p, V v) { T old = *p; *p = (T)v; return old; }
template <class T, class V> static inline T atomicOr(T *p, V v) { T old = *p; *p = old | (T)v; return old; }
template <class T, class V> static inline T atomicAnd(T *p, V v) { T old = *p; *p = old & (T)v; return old; }
template <class T, class V> static inline T atomicMax(T *p, V v)
{
    static_assert(std::is_integral<T>::value, "CUDA has no atomicMax for this type");
    T old = *p; if (old < (T)v) *p = (T)v; return old;
}
template <class T, class V> static inline T atomicMin(T *p, V v)
{
    static_assert(std::is_integral<T>::value, "CUDA has no atomicMin for this type");
    T old = *p; if ((T)v < old) *p = (T)v; return old;
}
template <class T, class C, class V> static inline T atomicCAS(T *p, C compare, V v)
{
    T old = *p; if (old == (T)compare) *p = (T)v; return old;
}

/* Threads of a block that wait for each other are fibers. Each runs until its next barrier; then comes the next. */
static void (*emulated_body)(void **);
static void **emulated_args;
struct emulated_fiber { jmp_buf place; ucontext_t start; char *stack; int state; };
enum { EMULATED_NEW, EMULATED_WAITS, EMULATED_ENDED };
static const size_t emulated_stack = 1 << 16;
static emulated_fiber *emulated_fibers, *emulated_self;
static jmp_buf emulated_home;
static ucontext_t emulated_return;

static inline void __syncthreads()
{
    emulated_self->state = EMULATED_WAITS;
    if (!_setjmp(emulated_self->place))
        _longjmp(emulated_home, 1);
}
static void emulated_enter()
{
    emulated_body(emulated_args);
    emulated_self->state = EMULATED_ENDED;
    _longjmp(emulated_home, 1);
}
static inline void emulated_place(unsigned int t)
{
    threadIdx = {t % blockDim.x, t / blockDim.x % blockDim.y, t / (blockDim.x * blockDim.y)};
}
static void emulated_resume(emulated_fiber *fiber)
{
    emulated_self = fiber;
    if (_setjmp(emulated_home))
        return;
    if (fiber->state == EMULATED_WAITS)
        _longjmp(fiber->place, 1);
    getcontext(&fiber->start);
    fiber->start.uc_stack.ss_sp = fiber->stack;
    fiber->start.uc_stack.ss_size = emulated_stack;
    fiber->start.uc_link = nullptr;
    makecontext(&fiber->start, emulated_enter, 0);
    setcontext(&fiber->start);
}
/* Give 1 if some threads ended while others wait for them. */
static int emulated_block(unsigned int threads, int backward)
{
    for (unsigned int t = 0; t < threads; t++)
        emulated_fibers[t].state = EMULATED_NEW;
    for (;;) {
        unsigned int ended = 0;
        for (unsigned int i = 0; i < threads; i++) {
            unsigned int t = backward ? threads - 1 - i : i;
            emulated_place(t);
            emulated_resume(&emulated_fibers[t]);
            ended += emulated_fibers[t].state == EMULATED_ENDED;
        }
        if (ended)
            return ended < threads;
    }
}
static int emulated_grid(int barriers, int backward, size_t shared)
{
    unsigned int threads = blockDim.x * blockDim.y * blockDim.z;
    unsigned long long blocks = (unsigned long long)gridDim.x * gridDim.y * gridDim.z;
    int failed = 0;
    emulated_shared = (char *)malloc(shared + 1);
    static emulated_fiber fibers[1024]; /* kept, with their stacks, for the next launch */
    emulated_fibers = fibers;
    for (unsigned int t = 0; barriers && t < threads; t++)
        if (!fibers[t].stack)
            fibers[t].stack = (char *)malloc(emulated_stack);
    for (unsigned long long i = 0; i < blocks && !failed; i++) {
        unsigned long long b = backward ? blocks - 1 - i : i;
        blockIdx = {(unsigned int)(b % gridDim.x), (unsigned int)(b / gridDim.x % gridDim.y),
                    (unsigned int)(b / ((unsigned long long)gridDim.x * gridDim.y))};
        memset(emulated_shared, 0xff, shared);
        if (barriers)
            failed = emulated_block(threads, backward);
        else
            for (unsigned int t = 0; t < threads; t++) {
                emulated_place(backward ? threads - 1 - t : t);
                emulated_body(emulated_args);
            }
    }
    free(emulated_shared);
    return failed;
}
