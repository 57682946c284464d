// The health check of the container: exits with 0 where /health answers 200. Looks on loopback unless the operators' address is set by
// the environment to one of the container's own.
const { CLASSBRIDGE_OPERATOR_ADDRESS: address = '127.0.0.1', CLASSBRIDGE_OPERATOR_PORT: port = '9464' } = process.env;
const host =
  address === '0.0.0.0' ? '127.0.0.1' : address.includes(':') ? `[${address === '::' ? '::1' : address}]` : address;
const status = await fetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(4000) }).then(
  (answer) => answer.status,
  () => undefined,
);
process.exitCode = status === 200 ? 0 : 1;
