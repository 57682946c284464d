/** The floors of the house (ARCHITECTURE.md): codecs < signaling, mcu < gateway < conformance. */
module.exports = {
  forbidden: [
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'codecs-stands-on-the-ground',
      severity: 'error',
      from: { path: '^codecs/' },
      to: { path: '^(signaling|mcu|gateway|conformance|deploy)/' },
    },
    {
      name: 'codecs-has-no-sockets-and-no-processes',
      severity: 'error',
      from: { path: '^codecs/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(node:)?(dgram|net|http|https|tls|child_process|worker_threads|cluster)$' },
    },
    {
      name: 'signaling-stands-on-codecs',
      severity: 'error',
      from: { path: '^signaling/' },
      to: { path: '^(mcu|gateway|conformance|deploy)/' },
    },
    {
      name: 'mcu-stands-on-codecs',
      severity: 'error',
      from: { path: '^mcu/' },
      to: { path: '^(signaling|gateway|conformance)/' },
    },
    {
      name: 'mcu-is-told-where-the-worker-is',
      severity: 'error',
      from: { path: '^mcu/', pathNot: '\\.test\\.ts$' },
      to: { path: '^deploy/' },
    },
    {
      name: 'gateway-is-below-conformance',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^conformance/' },
    },
    {
      name: 'pages-import-only-the-signalling-protocol',
      severity: 'error',
      from: { path: '^gateway/pages/' },
      to: { path: '^(codecs|mcu|gateway|signaling)/', pathNot: '^(gateway/pages|signaling/webrtc/protocol)' },
    },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: {},
      to: { path: '\\.test\\.ts$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'gateway/pages/dist' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js'],
    },
    tsPreCompilationDeps: true,
  },
};
