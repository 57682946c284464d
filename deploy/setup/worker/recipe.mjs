/**
 * How mediasoup's worker is compiled from the sources in its npm package with Debian's compiler and libraries instead of
 * the downloads that its own build makes. Everything here is data; a change gives the cached binary another name.
 */

/** Debian suite that the libraries are taken from; the stand-ins are written against its versions. */
export const SUITE = 'bookworm';

/** Packages that are unpacked into a scratch folder, not installed. */
export const LIBRARY_PACKAGES = [
  'libssl-dev',
  'libuv1-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];

/** Debian builds its libsrtp2 on NSS; the worker wants it on the OpenSSL that it holds itself, so it is compiled here. */
export const SRTP_SOURCE_PACKAGE = 'libsrtp2';

/** The C files of libsrtp2 that it needs on OpenSSL, in its source package. */
export const SRTP_SOURCES = [
  'srtp/srtp.c',
  'crypto/cipher/cipher.c',
  'crypto/cipher/cipher_test_cases.c',
  'crypto/cipher/null_cipher.c',
  'crypto/cipher/aes_icm_ossl.c',
  'crypto/cipher/aes_gcm_ossl.c',
  'crypto/hash/auth.c',
  'crypto/hash/auth_test_cases.c',
  'crypto/hash/null_auth.c',
  'crypto/hash/hmac_ossl.c',
  'crypto/kernel/alloc.c',
  'crypto/kernel/crypto_kernel.c',
  'crypto/kernel/err.c',
  'crypto/kernel/key.c',
  'crypto/math/datatypes.c',
  'crypto/replay/rdb.c',
  'crypto/replay/rdbx.c',
];

/** Headers of libsrtp that the stand-in `srtp.h` reaches as `srtp2/…`. */
export const SRTP_HEADERS = [
  'include/srtp.h',
  'crypto/include/auth.h',
  'crypto/include/cipher.h',
  'crypto/include/crypto_types.h',
];

/** Static libraries, in link order. */
export const LIBRARIES = [
  'flatbuffers',
  'uv_a',
  'ssl',
  'crypto',
  'absl_strings',
  'absl_strings_internal',
  'absl_bad_optional_access',
  'absl_throw_delegate',
  'absl_int128',
  'absl_raw_logging_internal',
  'absl_base',
  'absl_spinlock_wait',
  'absl_log_severity',
];

/** What flatc is called with: C++ with the names that mediasoup's sources use. */
export const FLATC_FLAGS = [
  '--cpp',
  '--cpp-field-case-style',
  'lower',
  '--reflect-names',
  '--scoped-enums',
  '--filename-suffix',
  '',
];

/** For libsrtp2. */
export const C_FLAGS = ['-O2', '-w', '-DHAVE_CONFIG_H'];

/** For the worker's own sources: its program, not the library that mediasoup also builds. */
export const CXX_FLAGS = [
  '-O2',
  '-std=c++20',
  '-w',
  '-pthread',
  '-DNDEBUG',
  '-D_FILE_OFFSET_BITS=64',
  '-DMS_EXECUTABLE',
  '-DMS_LITTLE_ENDIAN',
  '-DFLATBUFFERS_LOCALE_INDEPENDENT=1',
];

/** The C++ runtime is linked in: the machine need not have the compiler's. */
export const LINK_FLAGS = ['-pthread', '-s', '-static-libstdc++', '-static-libgcc', '-ldl', '-lrt'];

/** So many sources are compiled as one ("unity" build): most of the time goes into headers that they share. */
export const UNITY_SIZE = 12;

/**
 * Changes to mediasoup's sources, made on a copy; each must apply exactly once.
 *
 * onSslBioOut(): OpenSSL calls a BIO callback after an operation with BIO_CB_RETURN or'ed to the operation's own code and
 * takes what it returns for the result (BIO_set_callback_ex(3)). The comparison with BIO_CB_RETURN alone makes it answer 1
 * to every BIO_ctrl(), also to "is kernel TLS in use?". An OpenSSL that has kernel TLS, as Debian's, then allocates no
 * write buffer and the worker dies of SIGSEGV at the first DTLS record.
 */
export const PATCHES = [
  {
    file: 'src/RTC/DtlsTransport.cpp',
    from: '(operationType == BIO_CB_RETURN)',
    to: '((operationType & BIO_CB_RETURN) != 0)',
  },
];

const WEBRTC = 'deps/libwebrtc/libwebrtc';

/** Sources that define the same file-local names: those of one row are never compiled as one. */
export const APART = [
  [
    'src/handles/TcpConnectionHandle.cpp',
    'src/handles/TcpServerHandle.cpp',
    'src/handles/UdpSocketHandle.cpp',
    'src/handles/UnixStreamSocketHandle.cpp',
    'src/DepLibUV.cpp',
    'src/RTC/PortManager.cpp',
  ],
  ['src/DepLibSRTP.cpp', 'src/DepOpenSSL.cpp', 'src/DepLibWebRTC.cpp', 'src/Settings.cpp'],
  ['src/RTC/SimulcastProducerStreamManager.cpp', 'src/RTC/SvcProducerStreamManager.cpp'],
  ['src/RTC/BWE/AimdRateControl.cpp', 'src/RTC/BWE/LossBasedController.cpp', 'src/RTC/BWE/TargetRateController.cpp'],
  ['src/RTC/WebRtcServer.cpp', 'src/RTC/WebRtcTransport.cpp'],
  ['src/RTC/RTP/RtpStreamRecv.cpp', 'src/RTC/RTP/RtxStream.cpp'],
  ['src/RTC/SCTP/association/Association.cpp', 'src/RTC/SCTP/association/TransmissionControlBlock.cpp'],
  [
    `${WEBRTC}/modules/remote_bitrate_estimator/overuse_estimator.cc`,
    `${WEBRTC}/modules/congestion_controller/goog_cc/trendline_estimator.cc`,
    `${WEBRTC}/modules/congestion_controller/goog_cc/median_slope_estimator.cc`,
  ],
  ['src/RTC/TransportCongestionControlServer.cpp', 'src/RTC/TransportCongestionControlClient.cpp'],
];
