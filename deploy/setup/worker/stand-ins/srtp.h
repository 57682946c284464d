// mediasoup's worker is written for libsrtp 3; Debian has libsrtp 2. This is the part of libsrtp 3's interface that the
// worker calls, on top of libsrtp 2. Functions that differ in their parameters only are C++ overloads of libsrtp 2's,
// which have C linkage.
#ifndef CLASSBRIDGE_STAND_IN_SRTP_H
#define CLASSBRIDGE_STAND_IN_SRTP_H

#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <new>

// Errors that libsrtp 2 does not know.
constexpr auto srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
constexpr auto srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

// In libsrtp 3 a policy is an opaque object that holds its keys.
struct srtp3_policy
{
  srtp2_policy_t policy{};
  uint8_t key[SRTP_MAX_KEY_LEN]{};
};
using srtp_policy_t = srtp3_policy*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
  *policy = new (std::nothrow) srtp3_policy();
  return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
  if (policy)
  {
    // Volatile, or the compiler drops the wiping of memory that is about to be freed.
    volatile uint8_t* key = policy->key;
    std::fill(key, key + sizeof(policy->key), uint8_t{ 0 });
  }
  delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
  policy->policy.ssrc = ssrc;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
  const auto status = srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);
  if (status != srtp_err_status_ok)
  {
    return status;
  }
  return srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLength,
  const uint8_t* salt,
  size_t saltLength,
  const uint8_t* /*mki*/,
  size_t mkiLength)
{
  if (mkiLength != 0 || keyLength > sizeof(policy->key) || saltLength > sizeof(policy->key) - keyLength)
  {
    return srtp_err_status_bad_param;
  }
  std::memcpy(policy->key, key, keyLength);
  std::memcpy(policy->key + keyLength, salt, saltLength);
  policy->policy.key = policy->key;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
  policy->policy.allow_repeat_tx = allow ? 1 : 0;
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t size)
{
  policy->policy.window_size = static_cast<unsigned long>(size);
  return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
  return srtp_create(session, static_cast<const srtp2_policy_t*>(&policy->policy));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrc)
{
  return srtp_remove_stream(session, ssrc);
}

namespace classbridge_srtp
{
  // libsrtp 2 works in place, counts in int and adds at most `trailer` bytes.
  using InPlace = srtp_err_status_t (*)(srtp_t, void*, int*);

  inline srtp_err_status_t run(
    InPlace function, srtp_t session, const uint8_t* in, size_t inLength, uint8_t* out, size_t* outLength, size_t trailer)
  {
    if (inLength > INT_MAX - trailer || inLength + trailer > *outLength)
    {
      return srtp_err_status_buffer_small;
    }
    if (in != out)
    {
      std::memmove(out, in, inLength);
    }
    int length        = static_cast<int>(inLength);
    const auto status = function(session, out, &length);
    if (status == srtp_err_status_ok)
    {
      *outLength = static_cast<size_t>(length);
    }
    return status;
  }
} // namespace classbridge_srtp

inline srtp_err_status_t srtp_protect(
  srtp_t session, const uint8_t* rtp, size_t rtpLength, uint8_t* srtp, size_t* srtpLength, size_t /*mkiIndex*/)
{
  const classbridge_srtp::InPlace function = srtp_protect;
  return classbridge_srtp::run(function, session, rtp, rtpLength, srtp, srtpLength, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t session, const uint8_t* srtp, size_t srtpLength, uint8_t* rtp, size_t* rtpLength)
{
  const classbridge_srtp::InPlace function = srtp_unprotect;
  return classbridge_srtp::run(function, session, srtp, srtpLength, rtp, rtpLength, 0);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t session, const uint8_t* rtcp, size_t rtcpLength, uint8_t* srtcp, size_t* srtcpLength, size_t /*mkiIndex*/)
{
  const classbridge_srtp::InPlace function = srtp_protect_rtcp;
  return classbridge_srtp::run(function, session, rtcp, rtcpLength, srtcp, srtcpLength, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t session, const uint8_t* srtcp, size_t srtcpLength, uint8_t* rtcp, size_t* rtcpLength)
{
  const classbridge_srtp::InPlace function = srtp_unprotect_rtcp;
  return classbridge_srtp::run(function, session, srtcp, srtcpLength, rtcp, rtcpLength, 0);
}

#endif
